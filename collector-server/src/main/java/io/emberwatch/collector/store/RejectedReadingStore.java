package io.emberwatch.collector.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/** Table {@code reading_rejected}. Stateless and thread-safe. */
public final class RejectedReadingStore {
    private static final int MAX_REASON_LENGTH = 500;

    /**
     * A reading that cannot be stored as it is.
     *
     * @param reason what spoke against it
     * @param content the reading as text
     */
    public record RejectedReading(
            int machineId, UUID bootId, long sequence, Instant takenAt, String reason, String content) {}

    /** Stores it, once however often it is sent. */
    public void insert(Connection connection, RejectedReading rejected) throws SQLException {
        String sql = "INSERT INTO reading_rejected (machine_id, boot_id, sequence, taken_at, reason, content)"
                + " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE sequence = VALUES(sequence)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, rejected.machineId());
            statement.setBytes(2, Uuids.toBytes(rejected.bootId()));
            statement.setLong(3, rejected.sequence());
            statement.setObject(4, SqlText.utc(rejected.takenAt()));
            statement.setString(5, abridged(rejected.reason()));
            statement.setString(6, rejected.content());
            statement.executeUpdate();
        }
    }

    private static String abridged(String reason) {
        return reason.length() <= MAX_REASON_LENGTH ? reason : reason.substring(0, MAX_REASON_LENGTH);
    }
}
