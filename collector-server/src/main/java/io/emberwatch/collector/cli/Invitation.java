package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.model.EnrollTokenRow;
import io.emberwatch.collector.store.EnrollTokenStore;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.EnrollToken;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** A token that was just made: shown once, as only the hash of its secret is stored. Prints without the secret. */
record Invitation(EnrollTokenRow row, EnrollToken token, boolean newKey) {
    /**
     * What a token is for.
     *
     * @param machineId the one machine; empty if each box becomes a new one
     * @param newKey whether its box may have a key already, which it is to give up
     */
    record Purpose(Optional<Integer> machineId, int ownerId, int uses, boolean newKey) {}

    static Invitation create(Connection connection, Purpose purpose, TokenMaker maker) throws SQLException {
        Bytes32 secret = Bytes32.random(new SecureRandom());
        EnrollTokenRow row = new EnrollTokenStore()
                .create(
                        connection,
                        new EnrollTokenStore.NewToken(
                                Bytes32.sha256(secret.toArray()),
                                purpose.machineId(),
                                purpose.ownerId(),
                                purpose.uses(),
                                maker.validFor()));
        return new Invitation(row, new EnrollToken(maker.address(), maker.trust(), secret), purpose.newKey());
    }

    String forPeople() {
        String where = row.machine().map(machine -> "on " + machine).orElse("as root on each box");
        String uses = row.usesLeft() == 1 ? "once" : row.usesLeft() + " times";
        return "Run this " + where + ":\n\n  " + command() + "\n\n" + "The token is valid " + uses + ", until "
                + row.expiresAt().truncatedTo(ChronoUnit.SECONDS)
                + ". It is not shown again; to take it back: enroll-token revoke " + row.id() + "\n";
    }

    Map<String, Object> forScripts() {
        return Json.object(
                "machine", row.machine(),
                "owner", row.owner(),
                "token_id", row.id(),
                "token", token.text(),
                "command", command(),
                "uses", row.usesLeft(),
                "expires_at", row.expiresAt(),
                "collector_address", token.address(),
                "collector_trust", token.trust());
    }

    private String command() {
        return "emberwatch-probe enroll " + (newKey ? "--replace " : "") + token.text();
    }
}
