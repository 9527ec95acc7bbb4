package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Registry.SilencedMachines;
import io.emberwatch.collector.model.Silence;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Table {@code silence}. All methods work inside the caller's transaction. Thread-safe. */
public final class SilenceStore {
    /** What JDBC makes of NULL; identities begin at 1. */
    private static final int ALL_MACHINES = 0;

    private static final int MAX_REASON_CHARACTERS = 255;

    /**
     * Begins or plans a silence.
     *
     * @param machineId empty for all machines
     * @return identity of the silence, to end it early
     */
    public long add(
            Connection connection,
            Optional<Integer> machineId,
            Instant startsAt,
            Instant endsAt,
            Optional<String> reason)
            throws SQLException {
        if (!startsAt.isBefore(endsAt)) {
            throw new IllegalArgumentException("a silence must end after it starts: " + startsAt + " to " + endsAt);
        }
        if (reason.filter(text -> text.codePointCount(0, text.length()) > MAX_REASON_CHARACTERS)
                .isPresent()) {
            throw new IllegalArgumentException("the reason of a silence may have 255 characters at most");
        }
        return Sql.insert(
                connection,
                "INSERT INTO silence (machine_id, starts_at, ends_at, reason) VALUES (?, ?, ?, ?)",
                machineId,
                startsAt,
                endsAt,
                reason);
    }

    /** Silences in force or to come, the first to end first. */
    public List<Silence> list(Connection connection, Instant now) throws SQLException {
        return Sql.list(
                connection,
                "SELECT s.*, m.name AS machine FROM silence s LEFT JOIN machine m ON m.id = s.machine_id"
                        + " WHERE s.ends_at > ? ORDER BY s.ends_at, s.id",
                SilenceStore::read,
                now);
    }

    /** Ends a silence before its time; false if there is none of this identity in force or to come. */
    public boolean end(Connection connection, long silenceId, Instant now) throws SQLException {
        return Sql.update(
                        connection, "UPDATE silence SET ends_at = ? WHERE id = ? AND ends_at > ?", now, silenceId, now)
                == 1;
    }

    /** Ends all silences of one machine, but not those of all machines; returns how many. */
    public int endAll(Connection connection, int machineId, Instant now) throws SQLException {
        return Sql.update(
                connection, "UPDATE silence SET ends_at = ? WHERE machine_id = ? AND ends_at > ?", now, machineId, now);
    }

    /** Whose mails are held back now. */
    public SilencedMachines silencedMachines(Connection connection, Instant now) throws SQLException {
        Set<Integer> found = Sql.list(
                        connection,
                        "SELECT machine_id FROM silence WHERE ends_at > ? AND starts_at <= ?",
                        row -> row.getInt("machine_id"),
                        now,
                        now)
                .stream()
                .collect(Collectors.toSet());
        boolean all = found.remove(ALL_MACHINES);
        return new SilencedMachines(all, found);
    }

    private static Silence read(ResultSet row) throws SQLException {
        return new Silence(
                row.getLong("id"),
                Sql.optionalText(row, "machine"),
                Sql.time(row, "starts_at"),
                Sql.time(row, "ends_at"),
                Sql.optionalText(row, "reason"));
    }
}
