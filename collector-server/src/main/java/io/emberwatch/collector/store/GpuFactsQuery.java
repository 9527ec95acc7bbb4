package io.emberwatch.collector.store;

import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailFacts.GpuFacts;
import io.emberwatch.collector.model.MailFacts.GpuFacts.GpuProcess;
import io.emberwatch.collector.model.MailFacts.GpuFacts.XidAt;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.WireLimits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Gathers what mails say of GPUs. All methods work inside the caller's transaction. Stateless and thread-safe. */
final class GpuFactsQuery {
    /** What ended shortly before an alarm may be its cause. */
    private static final Duration ENDED_BEFORE = Duration.ofMinutes(10);

    private static final Duration XIDS_BEFORE = Duration.ofHours(1);

    /** A machine can have had any number of GPUs, if it says so. */
    private static final int MAX_KNOWN = 1_000;

    private static final String COLUMNS = "g.uuid, g.model AS gpu_model, g.slot, g.pci_bus_id, g.slowdown_temp_c,"
            + " g.shutdown_temp_c, g.mem_max_temp_c, g.target_temp_c";

    private static final String GPUS = "SELECT " + COLUMNS + ", COALESCE(i.gpu_driver, '') AS gpu_driver,"
            + " g.last_seen_at < i.updated_at AS is_gone"
            + " FROM gpu g LEFT JOIN machine_inventory i ON i.machine_id = g.machine_id"
            + " WHERE g.machine_id = ? AND g.retired_at IS NULL ORDER BY g.slot, g.last_seen_at DESC, g.id LIMIT "
            + MAX_KNOWN;

    private static final String PROCESSES =
            "SELECT pid, name, user_name, mem_used_bytes, ended_at, COUNT(*) OVER () AS total,"
                    + " MAX(COALESCE(ended_at, last_seen_at)) OVER () AS reported_at FROM gpu_process"
                    + " WHERE gpu_id = ? AND (ended_at IS NULL OR ended_at >= ?) AND first_seen_at <= ?"
                    + " ORDER BY mem_used_bytes DESC, id DESC LIMIT " + GpuFacts.MAX_PROCESSES;

    private record ListedGpu(Gpu gpu, String driver, boolean isGone) {
        boolean isMissing() {
            return isGone && KnownGpu.namesGpuItself(gpu.uuid());
        }
    }

    private record CountedProcess(GpuProcess process, int total, Instant reportedAt) {}

    private record Measured(OptionalDouble tempC, OptionalDouble memTempC, OptionalDouble hungS) {
        static final Measured NOTHING =
                new Measured(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** The columns that {@link #readGpu} reads, of table {@code gpu} under the name g. */
    static String columns() {
        return COLUMNS;
    }

    static Gpu readGpu(ResultSet row) throws SQLException {
        return new Gpu(
                row.getString("uuid"),
                row.getString("gpu_model"),
                row.getInt("slot"),
                row.getString("pci_bus_id"),
                Sql.optionalInt(row, "slowdown_temp_c"),
                Sql.optionalInt(row, "shutdown_temp_c"),
                Sql.optionalInt(row, "mem_max_temp_c"),
                Sql.optionalInt(row, "target_temp_c"));
    }

    /** Of an alarm of the machine. */
    GpuFacts ofMachine(Connection connection, int machineId, Metric metric) throws SQLException {
        if (metric != Metric.GPU_DRIVER_FAULT && metric != Metric.GPU_MISSING_COUNT) {
            return GpuFacts.NONE;
        }
        List<ListedGpu> known = Sql.list(
                connection,
                GPUS,
                row -> new ListedGpu(readGpu(row), row.getString("gpu_driver"), row.getBoolean("is_gone")),
                machineId);
        // A probe that was started without a driver names none of the GPUs that the driver should have.
        boolean missing = metric == Metric.GPU_MISSING_COUNT || known.stream().allMatch(ListedGpu::isGone);
        return GpuFacts.ofMachine(
                known.stream()
                        .filter(listed -> missing ? listed.isMissing() : !listed.isGone())
                        .map(ListedGpu::gpu)
                        .limit(WireLimits.MAX_GPUS)
                        .toList(),
                (int) known.stream()
                        .filter(listed -> !listed.isGone() || listed.isMissing())
                        .count(),
                known.stream().map(ListedGpu::driver).findFirst().orElse(""));
    }

    /**
     * Of an alarm of one GPU.
     *
     * @param from when the alarm began to be pending
     * @param moment the moment whose values the mail says
     * @param to end of the alarm, or a time to come
     */
    GpuFacts ofGpu(Connection connection, int gpuId, Instant from, Instant moment, Instant to) throws SQLException {
        List<CountedProcess> processes =
                Sql.list(connection, PROCESSES, GpuFactsQuery::readProcess, gpuId, from.minus(ENDED_BEFORE), to);
        int total =
                processes.stream().mapToInt(CountedProcess::total).findFirst().orElse(0);
        Measured measured = measured(connection, gpuId, from, moment);
        return new GpuFacts(
                List.of(),
                1,
                "",
                processes.stream().map(CountedProcess::process).toList(),
                total - processes.size(),
                processes.stream().map(CountedProcess::reportedAt).findFirst(),
                xids(connection, gpuId, from.minus(XIDS_BEFORE), to),
                measured.tempC(),
                measured.memTempC(),
                measured.hungS());
    }

    private static List<XidAt> xids(Connection connection, int gpuId, Instant from, Instant to) throws SQLException {
        String sql = "SELECT taken_at, xid FROM gpu_xid WHERE gpu_id = ? AND taken_at BETWEEN ? AND ?"
                + " ORDER BY taken_at DESC, sequence DESC, position DESC LIMIT " + GpuFacts.MAX_XIDS;
        return Sql.list(
                connection, sql, row -> new XidAt(Sql.time(row, "taken_at"), row.getInt("xid")), gpuId, from, to);
    }

    private static Measured measured(Connection connection, int gpuId, Instant from, Instant moment)
            throws SQLException {
        String sql = "SELECT gpu_temp_c, gpu_mem_temp_c, gpu_hung_s FROM gpu_reading"
                + " WHERE gpu_id = ? AND taken_at BETWEEN ? AND ? ORDER BY taken_at DESC, sequence DESC LIMIT 1";
        Optional<Measured> last = Sql.one(
                connection,
                sql,
                row -> new Measured(
                        Sql.optionalNumber(row, "gpu_temp_c"),
                        Sql.optionalNumber(row, "gpu_mem_temp_c"),
                        Sql.optionalNumber(row, "gpu_hung_s")),
                gpuId,
                from,
                moment);
        return last.orElse(Measured.NOTHING);
    }

    private static CountedProcess readProcess(ResultSet row) throws SQLException {
        GpuProcess process = new GpuProcess(
                row.getLong("pid"),
                row.getString("name"),
                row.getString("user_name"),
                Sql.optionalNumber(row, "mem_used_bytes"),
                Sql.optionalTime(row, "ended_at"));
        return new CountedProcess(process, row.getInt("total"), Sql.time(row, "reported_at"));
    }
}
