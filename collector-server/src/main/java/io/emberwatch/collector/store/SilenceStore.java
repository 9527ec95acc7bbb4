package io.emberwatch.collector.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Table {@code silence}. All methods work inside the caller's transaction. Thread-safe. */
public final class SilenceStore {
    private static final int MAX_REASON_CHARACTERS = 255;

    /**
     * Begins or plans a silence.
     *
     * @param machineId empty for all machines
     * @return identity of the silence
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

    /**
     * Ends silences in force or to come before their time.
     *
     * @param machineId of one machine, but not those of all machines; empty for those of all machines
     * @return how many
     */
    public int end(Connection connection, Optional<Integer> machineId, Instant now) throws SQLException {
        return Sql.update(
                connection,
                "UPDATE silence SET ends_at = ? WHERE machine_id <=> ? AND ends_at > ?",
                now,
                machineId,
                now);
    }
}
