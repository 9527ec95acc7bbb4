package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.TestTokens;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What somebody learns from a handshake who has no key: nothing. */
@Tag("integration")
class HandshakeSecrecyTest {
    /** As promised: not before this time after PROOF. */
    private static final Duration ANSWER_AFTER = Duration.ofMillis(300);

    private TestDatabase database;
    private List<TestFleet.Member> fleet;
    private Collector collector;

    @BeforeEach
    void start() throws SQLException, IOException {
        database = TestServer.MARIADB.create();
        fleet = TestFleet.register(database.database(), 2);
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void close() {
        collector.close();
        database.close();
    }

    /** What went over the wire from one side, and what came of it. */
    private record Recording(ByteBuffer hello, ByteBuffer proof) {}

    @Test
    void a_recorded_handshake_is_refused_byte_for_byte_whether_its_session_still_lasts_or_not() throws IOException {
        Recording recording;
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            recording = handshake(probe, fleet.get(0));
            probe.receive(Welcome.class);

            assertThat(replayed(recording).code()).isEqualTo(RefusalCode.NOT_AUTHENTICATED);
        }
        assertThat(replayed(recording).code()).isEqualTo(RefusalCode.NOT_AUTHENTICATED);
        assertThat(database.query("SELECT epoch FROM probe_session")).containsExactly("1");
    }

    @Test
    void a_machine_unknown_one_without_a_key_and_a_wrong_proof_get_the_same_bytes_at_the_same_time()
            throws IOException {
        database.execute(
                "DELETE FROM machine_key WHERE machine_id = " + fleet.get(1).id());
        MachineKey wrong = TestTokens.newKey();

        ByteBuffer ofUnknown = refusal("nobody", wrong);
        ByteBuffer ofRevoked = refusal(fleet.get(1).name(), fleet.get(1).key());
        ByteBuffer ofWrongProof = refusal(fleet.get(0).name(), wrong);

        assertThat(ofUnknown).isEqualTo(ofRevoked).isEqualTo(ofWrongProof);
    }

    /** The answer as it is on the wire; checked not to come before its time. */
    private ByteBuffer refusal(String name, MachineKey key) throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            // Before PROOF is sent: what the handshake itself takes is on top.
            long start = System.nanoTime();
            probe.authenticate(name, key, UUID.randomUUID());
            Refused refused = probe.receive(Refused.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(ANSWER_AFTER);
            return MessageCodec.encode(refused);
        }
    }

    private Recording handshake(ProtocolClient probe, TestFleet.Member machine) throws IOException {
        Hello hello = ProtocolClient.hello(machine.name(), UUID.randomUUID());
        ByteBuffer said = MessageCodec.encode(hello);
        probe.send(said.duplicate());
        Challenge challenge = probe.receive(Challenge.class);
        ByteBuffer proof =
                MessageCodec.encode(new Proof(machine.key().proof(hello.transcript(challenge, Bytes32.ZERO))));
        probe.send(proof.duplicate());
        return new Recording(said, proof);
    }

    private Refused replayed(Recording recording) throws IOException {
        try (ProtocolClient thief = ProtocolClient.connect(collector.address())) {
            thief.send(recording.hello().duplicate());
            thief.receive(Challenge.class);
            thief.send(recording.proof().duplicate());
            return thief.receive(Refused.class);
        }
    }
}
