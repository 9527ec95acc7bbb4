package io.emberwatch.collector.store;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Tables {@code reading}, {@code gpu_reading} and {@code gpu_xid}, each filled by one multi-row INSERT a batch whose
 * text is built from numbers: about twice as fast as prepared statements on MySQL and MariaDB alike. Readings of days
 * to come go to {@code reading_ahead} and {@code gpu_reading_ahead}, so that the partitions of those days stay empty.
 * What none of them takes goes to {@code reading_rejected}. Stateless and thread-safe.
 */
public final class ReadingStore {
    private static final int TYPICAL_ROW_CHARS = 200;
    private static final int MAX_REASON_LENGTH = 500;
    /** Of a reading as text; the column holds four times as many bytes. */
    private static final int MAX_CONTENT_LENGTH = 4_000;
    /** Of one machine; further ones are passed over until older ones are removed. */
    static final int MAX_REJECTED_EACH = 1_000;

    private static final Table TIMELY = new Table("");
    private static final Table AHEAD = new Table("_ahead");
    /** No clock is so wrong by mistake of a time zone, and the partitions of the days to come are a week ahead. */
    private static final Duration LARGEST_LEAD = Duration.ofDays(1);

    private static final String INSERT_XID = "INSERT INTO gpu_xid (gpu_id,taken_at,sequence,position,xid) VALUES ";

    /** Whether a reading is dated so far ahead of the collector's clock that it is kept apart. */
    public static boolean isAhead(Instant takenAt, Instant now) {
        return takenAt.isAfter(now.plus(LARGEST_LEAD));
    }

    /**
     * Stores readings.
     *
     * @param now the collector's time
     * @throws SQLException if one of them cannot be stored; then none is
     */
    public void insert(Connection connection, List<ReadingRow> readings, Instant now) throws SQLException {
        Map<Boolean, List<ReadingRow>> byLead =
                readings.stream().collect(Collectors.partitioningBy(reading -> isAhead(reading.takenAt(), now)));
        try (Statement statement = connection.createStatement()) {
            insert(statement, byLead.get(false), TIMELY);
            insert(statement, byLead.get(true), AHEAD);
            if (readings.stream().anyMatch(reading -> !reading.xids().isEmpty())) {
                statement.executeUpdate(xidSql(readings));
            }
        }
    }

    private static void insert(Statement statement, List<ReadingRow> readings, Table table) throws SQLException {
        if (!readings.isEmpty()) {
            statement.executeUpdate(machineSql(readings, table));
        }
        if (readings.stream().anyMatch(reading -> !reading.gpus().isEmpty())) {
            statement.executeUpdate(gpuSql(readings, table));
        }
    }

    /**
     * Sets readings aside that cannot be stored as they are; each once, however often it is sent. Nothing that they hold
     * can keep them from being stored here.
     */
    public void reject(Connection connection, List<RejectedReading> readings) throws SQLException {
        Map<Integer, List<RejectedReading>> byMachine =
                readings.stream().collect(Collectors.groupingBy(RejectedReading::machineId));
        List<Object[]> rows = new ArrayList<>();
        for (Map.Entry<Integer, List<RejectedReading>> of : byMachine.entrySet()) {
            int room = Math.max(0, MAX_REJECTED_EACH - rejectedCount(connection, of.getKey()));
            of.getValue().stream().limit(room).map(ReadingStore::row).forEach(rows::add);
        }
        Sql.batch(
                connection,
                "INSERT INTO reading_rejected (machine_id, boot_id, sequence, taken_at, reason, content)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE sequence = VALUES(sequence)",
                rows);
    }

    private static int rejectedCount(Connection connection, int machineId) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT COUNT(*) FROM reading_rejected WHERE machine_id = ?",
                        row -> row.getInt(1),
                        machineId)
                .orElse(0);
    }

    private static Object[] row(RejectedReading rejected) {
        Reading reading = rejected.reading();
        return new Object[] {
            rejected.machineId(),
            rejected.bootId(),
            reading.sequence(),
            reading.takenAt(),
            abridged(rejected.reason(), MAX_REASON_LENGTH),
            abridged(reading.toString(), MAX_CONTENT_LENGTH)
        };
    }

    private static String abridged(String text, int maxLength) {
        return Texts.oneLine(text.codePoints()
                .limit(maxLength)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    }

    private static String machineSql(List<ReadingRow> readings, Table table) {
        StringBuilder sql = new StringBuilder((readings.size() + 1) * TYPICAL_ROW_CHARS);
        sql.append(table.insertReading());
        String separator = "(";
        for (ReadingRow reading : readings) {
            sql.append(separator).append(reading.machineId());
            appendMoment(sql, reading);
            appendValues(sql, reading.machine());
            separator = "),(";
        }
        return sql.append(')').toString();
    }

    private static String gpuSql(List<ReadingRow> readings, Table table) {
        StringBuilder sql = new StringBuilder((readings.size() + 1) * TYPICAL_ROW_CHARS);
        sql.append(table.insertGpuReading());
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

    /** Where readings go, and those of GPUs. */
    private record Table(String insertReading, String insertGpuReading) {
        Table(String suffix) {
            this(
                    "INSERT INTO reading" + suffix + " (machine_id,taken_at,sequence," + columns(Scope.MACHINE)
                            + ") VALUES ",
                    "INSERT INTO gpu_reading" + suffix + " (gpu_id,taken_at,sequence,machine_id," + columns(Scope.GPU)
                            + ") VALUES ");
        }
    }

    /**
     * A reading that cannot be stored.
     *
     * @param bootId numbering of its sequence
     * @param reason what speaks against it
     */
    public record RejectedReading(int machineId, UUID bootId, Reading reading, String reason) {}

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
