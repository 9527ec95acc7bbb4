package io.emberwatch.collector.store;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Tables {@code reading}, {@code gpu_reading} and {@code gpu_xid}, each filled by one multi-row INSERT a batch whose
 * text is built from numbers: about twice as fast as prepared statements on MySQL and MariaDB alike. A reading that
 * they do not take goes to {@code reading_rejected}. Stateless and thread-safe.
 */
public final class ReadingStore {
    private static final int TYPICAL_ROW_CHARS = 200;
    private static final int MAX_REASON_LENGTH = 500;

    private static final String INSERT_READING =
            "INSERT INTO reading (machine_id,taken_at,sequence," + columns(Scope.MACHINE) + ") VALUES ";
    private static final String INSERT_GPU_READING =
            "INSERT INTO gpu_reading (gpu_id,taken_at,sequence,machine_id," + columns(Scope.GPU) + ") VALUES ";

    private static final String INSERT_XID = "INSERT INTO gpu_xid (gpu_id,taken_at,sequence,position,xid) VALUES ";

    /**
     * Stores readings.
     *
     * @throws SQLException if one of them cannot be stored; then none is
     */
    public void insert(Connection connection, List<ReadingRow> readings) throws SQLException {
        if (readings.isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(machineSql(readings));
            if (readings.stream().anyMatch(reading -> !reading.gpus().isEmpty())) {
                statement.executeUpdate(gpuSql(readings));
            }
            if (readings.stream().anyMatch(reading -> !reading.xids().isEmpty())) {
                statement.executeUpdate(xidSql(readings));
            }
        }
    }

    /**
     * Sets a reading aside that cannot be stored as it is; once, however often it is sent.
     *
     * @param reason what spoke against it; abridged to {@value #MAX_REASON_LENGTH} characters
     */
    public void reject(Connection connection, int machineId, UUID bootId, Reading reading, String reason)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO reading_rejected (machine_id, boot_id, sequence, taken_at, reason, content)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE sequence = VALUES(sequence)",
                machineId,
                bootId,
                reading.sequence(),
                reading.takenAt(),
                reason.substring(0, Math.min(reason.length(), MAX_REASON_LENGTH)),
                reading.toString());
    }

    private static String machineSql(List<ReadingRow> readings) {
        StringBuilder sql = new StringBuilder(INSERT_READING.length() + readings.size() * TYPICAL_ROW_CHARS);
        sql.append(INSERT_READING);
        String separator = "(";
        for (ReadingRow reading : readings) {
            sql.append(separator).append(reading.machineId());
            appendMoment(sql, reading);
            appendValues(sql, reading.machine());
            separator = "),(";
        }
        return sql.append(')').toString();
    }

    private static String gpuSql(List<ReadingRow> readings) {
        StringBuilder sql = new StringBuilder(INSERT_GPU_READING.length() + readings.size() * TYPICAL_ROW_CHARS);
        sql.append(INSERT_GPU_READING);
        String separator = "(";
        for (ReadingRow reading : readings) {
            for (Map.Entry<Integer, MetricValues> gpu : reading.gpus().entrySet()) {
                sql.append(separator).append(gpu.getKey());
                appendMoment(sql, reading);
                sql.append(',').append(reading.machineId());
                appendValues(sql, gpu.getValue());
                separator = "),(";
            }
        }
        return sql.append(')').toString();
    }

    private static String xidSql(List<ReadingRow> readings) {
        StringBuilder sql = new StringBuilder(INSERT_XID);
        String separator = "(";
        for (ReadingRow reading : readings) {
            for (Map.Entry<Integer, List<Integer>> gpu : reading.xids().entrySet()) {
                for (int position = 0; position < gpu.getValue().size(); position++) {
                    sql.append(separator).append(gpu.getKey());
                    appendMoment(sql, reading);
                    sql.append(',')
                            .append(position)
                            .append(',')
                            .append(gpu.getValue().get(position));
                    separator = "),(";
                }
            }
        }
        return sql.append(')').toString();
    }

    private static void appendMoment(StringBuilder sql, ReadingRow reading) {
        sql.append(',');
        Sql.appendUtc(sql, reading.takenAt());
        sql.append(',').append(reading.sequence());
    }

    private static void appendValues(StringBuilder sql, MetricValues values) {
        for (Metric metric : values.scope().metrics()) {
            sql.append(',');
            if (values.has(metric)) {
                metric.appendTo(sql, values.raw(metric));
            } else {
                sql.append("NULL");
            }
        }
    }

    private static String columns(Scope scope) {
        return scope.metrics().stream().map(Metric::column).collect(Collectors.joining(","));
    }

    /**
     * A reading as it is stored.
     *
     * @param gpus values by {@code gpu.id}
     * @param xids codes of XID errors by {@code gpu.id}, in the order in which they happened; only GPUs that had any
     */
    public record ReadingRow(
            int machineId,
            long sequence,
            Instant takenAt,
            MetricValues machine,
            Map<Integer, MetricValues> gpus,
            Map<Integer, List<Integer>> xids) {}
}
