package io.emberwatch.collector.store;

import io.emberwatch.protocol.auth.Bytes32;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Table {@code enroll_token}. Whether a token has expired is for the database's clock to say. Every method works in the
 * caller's transaction. Stateless and thread-safe.
 */
public final class EnrollTokenStore {
    /** For people who ask what became of a token. */
    private static final Duration KEPT_AFTER_EXPIRY = Duration.ofDays(30);

    private static final String SELECT = "SELECT t.id, t.machine_id, t.owner_id, m.name AS machine, o.name AS owner,"
            + " t.uses_left, t.expires_at, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), t.expires_at) AS left_us,"
            + " t.last_used_at, t.last_used_from FROM enroll_token t JOIN owner o ON o.id = t.owner_id"
            + " LEFT JOIN machine m ON m.id = t.machine_id";

    /**
     * A token to be made.
     *
     * @param secretHash SHA-256 of its secret
     * @param machineId the one machine that it is for; empty if each host becomes a new machine
     * @param ownerId owner of the machines
     * @param uses how many hosts may enroll with it, from 1
     */
    public record NewToken(Bytes32 secretHash, Optional<Integer> machineId, int ownerId, int uses, Duration validFor) {}

    /** What a token permits, while its row is locked. */
    record Grant(int tokenId, Optional<Integer> machineId, int ownerId, int usesLeft, boolean expired) {}

    /** Stores a token, and forgets those that expired long ago. */
    public EnrollTokenRow create(Connection connection, NewToken token) throws SQLException {
        Sql.update(
                connection,
                "DELETE FROM enroll_token WHERE expires_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND",
                KEPT_AFTER_EXPIRY);
        long id = Sql.insert(
                connection,
                "INSERT INTO enroll_token (secret_hash, machine_id, owner_id, uses_left, expires_at)"
                        + " VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3) + INTERVAL ? SECOND)",
                token.secretHash().toArray(),
                token.machineId(),
                token.ownerId(),
                token.uses(),
                token.validFor());
        return Sql.one(connection, SELECT + " WHERE t.id = ?", EnrollTokenStore::row, id)
                .orElseThrow();
    }

    /** Every token, also those that are used up or expired, the newest last. */
    public List<EnrollTokenRow> list(Connection connection) throws SQLException {
        return Sql.list(connection, SELECT + " ORDER BY t.id", EnrollTokenStore::row);
    }

    /** Whether there was such a token; nobody can enroll with it any more. */
    public boolean revoke(Connection connection, int id) throws SQLException {
        return Sql.update(connection, "DELETE FROM enroll_token WHERE id = ?", id) > 0;
    }

    /** Revokes what was made for this machine, used or not. */
    public void revokeOf(Connection connection, int machineId) throws SQLException {
        Sql.update(connection, "DELETE FROM enroll_token WHERE machine_id = ?", machineId);
    }

    /** Finds a token by its secret, and keeps everyone else from using it until the transaction ends. */
    Optional<Grant> lock(Connection connection, Bytes32 secretHash) throws SQLException {
        return Sql.one(
                connection,
                "SELECT id, machine_id, owner_id, uses_left, expires_at <= UTC_TIMESTAMP(3) AS expired"
                        + " FROM enroll_token WHERE secret_hash = ? FOR UPDATE",
                row -> new Grant(
                        row.getInt("id"),
                        Optional.ofNullable(row.getObject("machine_id", Integer.class)),
                        row.getInt("owner_id"),
                        row.getInt("uses_left"),
                        row.getBoolean("expired")),
                secretHash.toArray());
    }

    /** A host has enrolled with it. */
    void use(Connection connection, int id, String from) throws SQLException {
        Sql.update(
                connection,
                "UPDATE enroll_token SET uses_left = uses_left - 1, last_used_at = UTC_TIMESTAMP(3),"
                        + " last_used_from = ? WHERE id = ?",
                from,
                id);
    }

    private static EnrollTokenRow row(ResultSet row) throws SQLException {
        Instant expiresAt = Sql.time(row, "expires_at");
        return new EnrollTokenRow(
                row.getInt("id"),
                Sql.optionalText(row, "machine"),
                row.getString("owner"),
                row.getInt("uses_left"),
                expiresAt,
                Duration.ofNanos(Math.multiplyExact(row.getLong("left_us"), 1000L)),
                Sql.optionalTime(row, "last_used_at"),
                Sql.optionalText(row, "last_used_from"));
    }

    /**
     * A token as it is stored; its secret is not.
     *
     * @param machine name of the one machine that it is for; empty if each host becomes a new machine
     * @param owner name of the owner of the machines
     * @param usesLeft how many hosts may still enroll with it
     * @param leftFor how much longer it is valid, by the database's clock; negative if it has expired
     * @param lastUsedFrom address and port of the host that last enrolled with it
     */
    public record EnrollTokenRow(
            int id,
            Optional<String> machine,
            String owner,
            int usesLeft,
            Instant expiresAt,
            Duration leftFor,
            Optional<Instant> lastUsedAt,
            Optional<String> lastUsedFrom) {
        public boolean isExpired() {
            return leftFor.isNegative() || leftFor.isZero();
        }
    }
}
