package io.emberwatch.collector.store;

import io.emberwatch.collector.model.GpuClaim;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Table {@code gpu}, as to which machine a card belongs to. Every method works in the caller's transaction. Stateless
 * and thread-safe.
 */
public final class GpuClaimStore {
    /** At one time; if there are more, the others have their turn once these are settled. */
    private static final int MAX_CARDS = 1000;

    /** Cards that more than one machine has, or had until lately, and which name themselves. */
    private static final String CARDS = "SELECT uuid FROM gpu WHERE retired_at IS NULL"
            + " AND uuid NOT LIKE 'PCI-%' AND uuid NOT LIKE 'card-%'"
            + " GROUP BY uuid HAVING COUNT(*) > 1 OR MAX(claimed_twice_at) IS NOT NULL"
            + " ORDER BY MAX(claimed_twice_at) IS NULL, uuid LIMIT " + MAX_CARDS;

    private static final String CLAIMS = "SELECT g.id, g.uuid, m.name AS machine,"
            + " g.last_seen_at >= i.updated_at AS is_shown, COALESCE(g.shown_since, g.first_seen_at) AS shown_since,"
            + " g.last_seen_at, g.claimed_twice_at, g.distrusted_at, i.updated_at, s.connected_at, s.last_heard_at,"
            + " s.state = 'open' AS is_open"
            + " FROM (" + CARDS + ") c JOIN gpu g ON g.uuid = c.uuid AND g.retired_at IS NULL"
            + " JOIN machine m ON m.id = g.machine_id JOIN machine_inventory i ON i.machine_id = g.machine_id"
            + " JOIN probe_session s ON s.machine_id = g.machine_id ORDER BY g.uuid, g.id";

    /**
     * All claims of cards that are to be judged, by the card's UUID.
     *
     * @param now the database's time
     */
    public record Claims(Instant now, Map<String, List<GpuClaim>> byUuid) {
        public Claims {
            byUuid = Map.copyOf(byUuid);
        }
    }

    public Claims list(Connection connection) throws SQLException {
        Instant now = Sql.one(connection, "SELECT UTC_TIMESTAMP(3) AS now", row -> Sql.time(row, "now"))
                .orElseThrow();
        return new Claims(
                now,
                Sql.list(connection, CLAIMS, GpuClaimStore::claim).stream()
                        .collect(Collectors.groupingBy(GpuClaim::uuid)));
    }

    /**
     * Notes what was found of a claim, unless its machine has named the card again since it was read.
     *
     * @return whether it did
     */
    public boolean note(Connection connection, GpuClaim claim, GpuClaim.Verdict found, Instant now)
            throws SQLException {
        int noted = Sql.update(
                connection,
                "UPDATE gpu SET retired_at = ?, claimed_twice_at = ?, distrusted_at = ?"
                        + " WHERE id = ? AND last_seen_at = ? AND retired_at IS NULL",
                found.isRetired() ? Optional.of(now) : Optional.empty(),
                found.claimedTwiceAt(),
                found.distrustedAt(),
                claim.gpuId(),
                claim.namedAt());
        return noted > 0;
    }

    private static GpuClaim claim(ResultSet row) throws SQLException {
        return new GpuClaim(
                row.getInt("id"),
                row.getString("uuid"),
                row.getString("machine"),
                row.getBoolean("is_shown"),
                Sql.time(row, "shown_since"),
                Sql.time(row, "last_seen_at"),
                new GpuClaim.ProbeSession(
                        Sql.time(row, "connected_at"),
                        Sql.time(row, "updated_at"),
                        Sql.time(row, "last_heard_at"),
                        row.getBoolean("is_open")),
                Sql.optionalTime(row, "claimed_twice_at"),
                Sql.optionalTime(row, "distrusted_at"));
    }
}
