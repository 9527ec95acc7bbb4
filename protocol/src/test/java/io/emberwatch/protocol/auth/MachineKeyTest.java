package io.emberwatch.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proof fits the key that made it, and the handshake that it was made for, and nothing else. */
class MachineKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MachineKey key = MachineKey.random(RANDOM);
    private final Transcript transcript =
            new Transcript("gpu-01", nonce(), nonce(), UUID.randomUUID(), UUID.randomUUID(), nonce());

    @Test
    void the_verifier_accepts_the_keys_proof() {
        assertThat(key.verifier().accepts(transcript, key.proof(transcript))).isTrue();
    }

    @Test
    void the_key_accepts_its_verifiers_proof() {
        assertThat(key.acceptsCollector(transcript, key.verifier().collectorProof(transcript)))
                .isTrue();
    }

    @Test
    void another_key_proves_nothing() {
        MachineKey other = MachineKey.random(RANDOM);

        assertThat(key.verifier().accepts(transcript, other.proof(transcript))).isFalse();
        assertThat(key.acceptsCollector(transcript, other.verifier().collectorProof(transcript)))
                .isFalse();
    }

    @Test
    void what_the_collector_stores_does_not_make_a_proof() {
        KeyVerifier stolen = key.verifier();

        assertThat(List.of(stolen.storedKey(), stolen.collectorKey(), stolen.collectorProof(transcript), Bytes32.ZERO))
                .noneMatch(guess -> stolen.accepts(transcript, guess));
    }

    @Test
    void a_proof_is_of_no_use_in_any_other_handshake() {
        Bytes32 proof = key.proof(transcript);
        Bytes32 collectorProof = key.verifier().collectorProof(transcript);

        assertThat(otherHandshakes()).allSatisfy(other -> {
            assertThat(key.verifier().accepts(other, proof)).isFalse();
            assertThat(key.acceptsCollector(other, collectorProof)).isFalse();
        });
    }

    @Test
    void every_changed_bit_of_a_proof_is_noticed() {
        byte[] proof = key.proof(transcript).toArray();

        assertThat(IntStream.range(0, proof.length * Byte.SIZE)).noneMatch(bit -> {
            byte[] changed = proof.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            return key.verifier().accepts(transcript, Bytes32.of(changed));
        });
    }

    @Test
    void a_key_is_read_as_it_was_written() {
        MachineKey read = MachineKey.parse(key.text());

        assertThat(read).isEqualTo(key);
        assertThat(read.verifier()).isEqualTo(key.verifier());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWl",
                "paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaW+paU"
            })
    void what_is_not_a_key_is_refused_without_being_quoted(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MachineKey.parse(text))
                .withMessageStartingWith("must be 43 characters")
                .satisfies(e -> assertThat(text.isEmpty() || !e.getMessage().contains(text))
                        .isTrue());
    }

    private List<Transcript> otherHandshakes() {
        Transcript t = transcript;
        return List.of(
                new Transcript(
                        "gpu-02", t.probeNonce(), t.collectorNonce(), t.bootId(), t.instanceId(), t.channelBinding()),
                new Transcript(
                        t.machineName(), nonce(), t.collectorNonce(), t.bootId(), t.instanceId(), t.channelBinding()),
                new Transcript(
                        t.machineName(), t.probeNonce(), nonce(), t.bootId(), t.instanceId(), t.channelBinding()),
                new Transcript(
                        t.machineName(),
                        t.probeNonce(),
                        t.collectorNonce(),
                        UUID.randomUUID(),
                        t.instanceId(),
                        t.channelBinding()),
                new Transcript(
                        t.machineName(),
                        t.probeNonce(),
                        t.collectorNonce(),
                        t.bootId(),
                        UUID.randomUUID(),
                        t.channelBinding()),
                new Transcript(
                        t.machineName(), t.probeNonce(), t.collectorNonce(), t.bootId(), t.instanceId(), nonce()));
    }

    private static Bytes32 nonce() {
        return Bytes32.random(RANDOM);
    }
}
