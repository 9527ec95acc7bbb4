package io.emberwatch.collector.testing;

import io.emberwatch.collector.store.EnrollTokenStore;
import io.emberwatch.collector.store.EnrollTokenStore.EnrollTokenRow;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tokens for tests, and hosts that show them. */
public final class TestTokens {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A token and its secret. */
    public record Token(int id, Bytes32 secret) {
        /** What a host sends that shows it. */
        public Enroll enroll(String machineName, MachineKey key) {
            return new Enroll(List.of(Message.VERSION), "test", secret, machineName, key.verifier());
        }
    }

    private TestTokens() {}

    public static MachineKey newKey() {
        return MachineKey.random(RANDOM);
    }

    /** A token for one use by this machine. */
    public static Token forMachine(TestDatabase database, int machineId) throws SQLException {
        return create(database, Optional.of(machineId), 1);
    }

    /** A token for new machines of the only owner there is. */
    public static Token forNewMachines(TestDatabase database, int uses) throws SQLException {
        return create(database, Optional.empty(), uses);
    }

    private static Token create(TestDatabase database, Optional<Integer> machineId, int uses) throws SQLException {
        Bytes32 secret = Bytes32.random(RANDOM);
        int ownerId =
                Integer.parseInt(database.query("SELECT MIN(id) FROM owner").get(0));
        EnrollTokenRow row = database.database()
                .transact(connection -> new EnrollTokenStore()
                        .create(
                                connection,
                                new EnrollTokenStore.NewToken(
                                        Bytes32.sha256(secret.toArray()),
                                        machineId,
                                        ownerId,
                                        uses,
                                        Duration.ofHours(1))));
        return new Token(row.id(), secret);
    }
}
