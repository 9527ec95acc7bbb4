package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.HostPort;
import io.emberwatch.collector.store.EnrollTokenStore;
import io.emberwatch.protocol.auth.CollectorTrust;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command needs that makes a token: how long it is valid, and what it tells the box of the collector. */
final class TokenOptions {
    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "24h",
            description = "How long the token is valid, 1m to 30d; 24h if not given.")
    private String expires;

    @Mixin
    private AddressOptions address;

    /** Checks the options, before anything is changed. */
    Duration validFor() {
        return Validation.tokenLifetime(expires);
    }

    /** Makes a token for one machine, which takes the place of those that were made for it before. */
    Invitation inviteMachine(Connection connection, int machineId, int ownerId) throws SQLException {
        new EnrollTokenStore().revokeOf(connection, machineId);
        return Invitation.create(
                connection, new Invitation.Purpose(Optional.of(machineId), ownerId, 1, validFor()), address, trust());
    }

    /** Makes a token with which each box becomes a new machine. */
    Invitation inviteMany(Connection connection, int ownerId, int uses) throws SQLException {
        return Invitation.create(
                connection, new Invitation.Purpose(Optional.empty(), ownerId, uses, validFor()), address, trust());
    }

    /** Says so where the address in a token is a guess, or cannot work as things stand. */
    void warn(Shell shell) {
        HostPort listen = address.listen();
        if (listen.isLoopback() && !address.publicAddress().isLoopback()) {
            shell.err()
                    .println("note: the collector listens on " + listen
                            + " only, so probes on other machines cannot reach it; see listen in its configuration");
        } else if (!address.isPublicAddressGiven()) {
            shell.err()
                    .println("note: " + address.publicAddress()
                            + " is a guess; set collector.public-address, or give --address");
        }
        shell.err().flush();
    }

    /** How a box is to know the collector. */
    private CollectorTrust trust() {
        return new CollectorTrust.PlainText();
    }
}
