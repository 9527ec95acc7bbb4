package io.emberwatch.collector.security;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestTokens;
import io.emberwatch.collector.testing.Tries;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** By somebody who would be a machine, or is one. */
final class IdentityAttacks {
    static final Map<String, Attack> ALL = Map.of(
            "guess", IdentityAttacks::guess,
            "stolen-token", IdentityAttacks::useTheTokenOfAnother,
            "cloned-disk", IdentityAttacks::standBesideTheMachine,
            "revoked-key", IdentityAttacks::stayAfterRevocation,
            "hostile-machine", IdentityAttacks::speakForAnother);

    private IdentityAttacks() {}

    private static void guess(Defended defended) throws Exception {
        MachineKey guessed = TestTokens.newKey();

        Refused wrongKey = defended.turnedAway(defended.victim().name(), guessed);

        assertThat(wrongKey.code()).isEqualTo(RefusalCode.NOT_AUTHENTICATED);
        assertThat(defended.turnedAway("no-such-machine", guessed)).isEqualTo(wrongKey);
        assertThat(wrongKey.text()).doesNotContain(defended.victim().name());
    }

    private static void useTheTokenOfAnother(Defended defended) throws Exception {
        TestTokens.Token used = TestTokens.forNewMachines(defended.database, 1);
        assertThat(answer(defended, used, "honest-box")).isInstanceOf(Enrolled.class);
        TestTokens.Token expired = TestTokens.forNewMachines(defended.database, 1);
        defended.database.execute("UPDATE enroll_token SET expires_at = UTC_TIMESTAMP(3) WHERE id = " + expired.id());
        TestTokens.Token revoked = TestTokens.forNewMachines(defended.database, 1);
        defended.database.execute("DELETE FROM enroll_token WHERE id = " + revoked.id());

        for (TestTokens.Token token : new TestTokens.Token[] {used, expired, revoked}) {
            assertThat(((Refused) answer(defended, token, "thiefs-box")).code()).isEqualTo(RefusalCode.TOKEN_REFUSED);
        }
        assertThat(defended.database.query("SELECT COUNT(*) FROM machine WHERE name = 'thiefs-box'"))
                .containsExactly("0");
    }

    private static Message answer(Defended defended, TestTokens.Token token, String name) throws IOException {
        try (ProtocolClient box = defended.connect()) {
            box.send(token.enroll(name, TestTokens.newKey()));
            return box.receive();
        }
    }

    private static void standBesideTheMachine(Defended defended) throws Exception {
        try (ProtocolClient machine = defended.session(defended.victim());
                ProtocolClient copy = defended.connect()) {
            // It listens before the copy comes: its answer must not be late.
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answerPing(machine));
            copy.authenticate(defended.victim().name(), defended.victim().key(), UUID.randomUUID());
            answered.join();

            Defended.assertRefused(copy, RefusalCode.DUPLICATE);
            machine.send(healthy(1, 1));
            assertThat(machine.receive(Ack.class).acknowledged().last()).isEqualTo(1);
        }
    }

    private static void answerPing(ProtocolClient machine) {
        try {
            machine.send(new Pong(machine.receive(Ping.class).nonce()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stayAfterRevocation(Defended defended) throws Exception {
        Tries.untilOneTakesLessThan(Duration.ofSeconds(5), () -> {
            try (ProtocolClient machine = defended.session(defended.accomplice())) {
                defended.database.execute("DELETE FROM machine_key WHERE machine_id = "
                        + defended.accomplice().id());

                Defended.assertRefused(machine, RefusalCode.NOT_AUTHENTICATED);
            } finally {
                giveBack(defended);
            }
        });
    }

    private static void giveBack(Defended defended) throws SQLException {
        defended.database.database().transact(connection -> {
            new io.emberwatch.collector.store.MachineStore()
                    .setKey(
                            connection,
                            defended.accomplice().id(),
                            defended.accomplice().key().verifier());
            return true;
        });
    }

    private static void speakForAnother(Defended defended) throws Exception {
        String before = readingsOf(defended, defended.victim().id());
        try (ProtocolClient hostile = defended.session(defended.accomplice())) {
            hostile.send(healthy(1, 10));
            assertThat(hostile.receive()).isEqualTo(new Ack(AcknowledgedRange.upTo(10)));
            hostile.send(ProtocolClient.hello(defended.victim().name(), UUID.randomUUID()));

            Defended.assertRefused(hostile, RefusalCode.UNEXPECTED_MESSAGE);
        }
        assertThat(readingsOf(defended, defended.victim().id())).isEqualTo(before);
    }

    private static String readingsOf(Defended defended, int machineId) {
        return defended.database
                .query("SELECT COUNT(*) FROM reading WHERE machine_id = " + machineId)
                .get(0);
    }
}
