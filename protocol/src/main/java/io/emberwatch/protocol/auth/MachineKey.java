package io.emberwatch.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The secret of one machine: 32 random bytes as 43 characters of base64url. It is made on the machine and stays there;
 * the collector has only its {@link KeyVerifier}. Prints without the secret. Immutable.
 *
 * <p>The scheme is that of SCRAM (RFC 5802), with SHA-256 and without salt and iterations, which a random key does not
 * need.
 */
public final class MachineKey {
    static final byte[] PROBE_LABEL = "emberwatch probe key".getBytes(StandardCharsets.US_ASCII);
    static final byte[] COLLECTOR_LABEL = "emberwatch collector key".getBytes(StandardCharsets.US_ASCII);

    private final String text;
    private final Bytes32 bytes;

    private MachineKey(String text, Bytes32 bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    public static MachineKey random(SecureRandom random) {
        Bytes32 bytes = Bytes32.random(random);
        return new MachineKey(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toArray()), bytes);
    }

    /**
     * A key as it stands in a configuration.
     *
     * @throws IllegalArgumentException that says what was expected, without quoting the secret
     */
    public static MachineKey parse(String text) {
        try {
            return new MachineKey(text, Bytes32.of(Base64.getUrlDecoder().decode(text)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "must be 43 characters A–Z a–z 0–9 _ - as enrollment made it, but has " + text.length()
                            + " or other ones",
                    e);
        }
    }

    /** What to write into the probe's configuration. */
    public String text() {
        return text;
    }

    /** What a collector is to store. */
    public KeyVerifier verifier() {
        return new KeyVerifier(Bytes32.sha256(probeKey().toArray()), collectorKey());
    }

    /** Shows that this side holds the key, in this handshake only. */
    public Bytes32 proof(Transcript transcript) {
        Bytes32 probeKey = probeKey();
        return probeKey.xor(Bytes32.sha256(probeKey.toArray()).hmac(transcript.toBytes()));
    }

    /** Whether the other side has this key's verifier. */
    public boolean acceptsCollector(Transcript transcript, Bytes32 collectorProof) {
        return collectorKey().hmac(transcript.toBytes()).equals(collectorProof);
    }

    private Bytes32 probeKey() {
        return bytes.hmac(PROBE_LABEL);
    }

    private Bytes32 collectorKey() {
        return bytes.hmac(COLLECTOR_LABEL);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MachineKey that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return "MachineKey[secret]";
    }

    /**
     * What a collector stores of a {@link MachineKey}: enough to check a proof and to prove itself, not enough to make
     * a probe's proof. Prints nothing of either.
     *
     * @param storedKey SHA-256 of the key that probes prove with
     * @param collectorKey with which the collector proves that it knows this machine
     */
    public record KeyVerifier(Bytes32 storedKey, Bytes32 collectorKey) {
        /** Whether the proof was made with the key, for this handshake; takes the same time either way. */
        public boolean accepts(Transcript transcript, Bytes32 proof) {
            Bytes32 probeKey = proof.xor(storedKey.hmac(transcript.toBytes()));
            return Bytes32.sha256(probeKey.toArray()).equals(storedKey);
        }

        /** Shows the probe that this side has the verifier of its key. */
        public Bytes32 collectorProof(Transcript transcript) {
            return collectorKey.hmac(transcript.toBytes());
        }
    }
}
