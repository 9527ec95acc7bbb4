package io.emberwatch.collector.cli;

import io.emberwatch.collector.store.EnrollTokenStore;
import io.emberwatch.protocol.auth.CollectorTrust;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes tokens that are valid for so long and lead to this collector.
 *
 * @param address host and port of the collector, as boxes reach it
 * @param trust how a box is to know the collector
 */
record TokenMaker(Duration validFor, String address, CollectorTrust trust) {
    /** A token for one machine, which takes the place of those that were made for it before. */
    Invitation forMachine(Connection connection, int machineId, int ownerId) throws SQLException {
        new EnrollTokenStore().revokeOf(connection, machineId);
        return Invitation.create(connection, new Invitation.Purpose(Optional.of(machineId), ownerId, 1), this);
    }

    /** A token with which each box becomes a new machine. */
    Invitation forNewMachines(Connection connection, int ownerId, int uses) throws SQLException {
        return Invitation.create(connection, new Invitation.Purpose(Optional.empty(), ownerId, uses), this);
    }
}
