package io.emberwatch.collector.store;

import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.protocol.GpuFault;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Table {@code gpu}, as admin commands see it. Every method works in the caller's transaction. Thread-safe. */
public final class GpuStore {
    /** By the whole key backwards: else MySQL reads all that the card has ever measured, and sorts it. */
    private static final String LAST_READING =
            "(SELECT r.taken_at FROM gpu_reading AS r FORCE INDEX (PRIMARY) WHERE r.gpu_id = gpu.id"
                    + " ORDER BY r.gpu_id DESC, r.taken_at DESC, r.sequence DESC LIMIT 1)";

    private static final String SELECT = "SELECT gpu.*, machine.name AS machine,"
            + " gpu.last_seen_at >= machine_inventory.updated_at AS is_named,"
            + " GREATEST(gpu.last_seen_at, COALESCE(now.taken_at, " + LAST_READING
            + ", gpu.last_seen_at)) AS heard_at,"
            + " reading.gpu_driver_fault, now.gpu_id AS now_id, now.gpu_fault,"
            + " NULLIF(now.gpu_fatal_xid, 0) AS fatal_xid, now.gpu_temp_c,"
            + " now.gpu_slowdown_margin_c"
            + " FROM gpu JOIN machine ON machine.id = gpu.machine_id"
            + " LEFT JOIN machine_inventory ON machine_inventory.machine_id = gpu.machine_id"
            + " LEFT JOIN probe_session AS s ON s.machine_id = gpu.machine_id"
            + " LEFT JOIN reading ON reading.machine_id = gpu.machine_id AND reading.taken_at = s.last_taken_at"
            + " AND reading.sequence = s.last_sequence"
            + " LEFT JOIN gpu_reading AS now ON now.gpu_id = gpu.id AND now.taken_at = s.last_taken_at"
            + " AND now.sequence = s.last_sequence";
    private static final String IN_ORDER = " ORDER BY machine.name, gpu.slot, gpu.id";

    /** Every GPU of every machine, by machine and slot. */
    public List<KnownGpu> list(Connection connection) throws SQLException {
        return Sql.list(connection, SELECT + IN_ORDER, GpuStore::gpu);
    }

    /** Every GPU that a machine has or once had, by slot. */
    public List<KnownGpu> ofMachine(Connection connection, int machineId) throws SQLException {
        return Sql.list(connection, SELECT + " WHERE gpu.machine_id = ?" + IN_ORDER, GpuStore::gpu, machineId);
    }

    /** It was taken out, now; one that was before stays so since then. */
    public void retire(Connection connection, int gpuId) throws SQLException {
        Sql.update(
                connection, "UPDATE gpu SET retired_at = UTC_TIMESTAMP(3) WHERE id = ? AND retired_at IS NULL", gpuId);
    }

    /** It is to be there, whatever machine shows it now. */
    public void unretire(Connection connection, int gpuId) throws SQLException {
        Sql.update(connection, "UPDATE gpu SET retired_at = NULL WHERE id = ?", gpuId);
        Sql.update(
                connection,
                "UPDATE gpu AS other JOIN gpu AS card ON card.uuid = other.uuid AND card.id <> other.id"
                        + " SET other.distrusted_at = UTC_TIMESTAMP(3) WHERE card.id = ?",
                gpuId);
    }

    private static KnownGpu gpu(ResultSet row) throws SQLException {
        return new KnownGpu(
                row.getInt("id"),
                row.getString("machine"),
                row.getInt("slot"),
                row.getString("uuid"),
                row.getString("model"),
                row.getString("pci_bus_id"),
                new KnownGpu.Limits(
                        Sql.optionalInt(row, "slowdown_temp_c"),
                        Sql.optionalInt(row, "shutdown_temp_c"),
                        Sql.optionalInt(row, "mem_max_temp_c"),
                        Sql.optionalInt(row, "gpu_max_temp_c"),
                        Sql.optionalInt(row, "target_temp_c")),
                row.getBoolean("is_named"),
                Sql.time(row, "heard_at"),
                Sql.optionalTime(row, "retired_at"),
                fault(row, "gpu_driver_fault"),
                faultOfGpu(row),
                Sql.optionalInt(row, "fatal_xid"),
                new KnownGpu.Heat(
                        Sql.optionalNumber(row, "gpu_temp_c"), Sql.optionalNumber(row, "gpu_slowdown_margin_c")));
    }

    /** An older probe reports no fault: a GPU that is in its reading could be read. */
    private static Optional<GpuFault> faultOfGpu(ResultSet row) throws SQLException {
        return row.getObject("now_id") == null
                ? Optional.empty()
                : fault(row, "gpu_fault").or(() -> Optional.of(GpuFault.NONE));
    }

    private static Optional<GpuFault> fault(ResultSet row, String column) throws SQLException {
        OptionalInt code = Sql.optionalInt(row, column);
        return code.isPresent() ? Optional.of(GpuFault.ofCode(code.getAsInt())) : Optional.empty();
    }
}
