package io.emberwatch.collector.store;

import io.emberwatch.collector.model.GpuTargetTemp;
import io.emberwatch.collector.model.MachineGpus;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** Tables {@code machine_inventory} and {@code gpu}. Stateless and thread-safe. */
public final class InventoryStore {
    /**
     * A machine that names a card again within this time goes on claiming it. Who dropped a claim and raised it anew all
     * the time would else never be seen to have held it for long.
     */
    private static final int SAME_CLAIM_SECONDS = 60;

    private static final Collector<StoredGpu, ?, MachineGpus> GPUS =
            Collectors.collectingAndThen(Collectors.toList(), InventoryStore::gpus);

    private record StoredGpu(int machineId, int id, String uuid, Optional<GpuTargetTemp> target) {}

    /**
     * Stores what a probe found in its machine; GPUs that are gone stay known, and one that is back is in use again.
     * What that means for other machines with the same GPU is decided later ({@link GpuClaimStore}): a writer changes
     * nothing of a machine but the one that it writes for. Where it names a GPU only because readings refer to it
     * ({@link GpuInfo#isReference()}), that is no news of the GPU.
     *
     * <p>Each inventory has a time of its own, also within a millisecond, and the GPUs that it shows have the same: by
     * that it is known which they are.
     */
    public void put(Connection connection, int machineId, Inventory inventory) throws SQLException {
        String sql = "INSERT INTO machine_inventory (machine_id, hostname, model, os, kernel, cpu_model, cpu_count,"
                + " mem_total_bytes, virtualization, gpu_driver, temp_sensor_count, updated_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))"
                + " ON DUPLICATE KEY UPDATE hostname = VALUES(hostname), model = VALUES(model), os = VALUES(os),"
                + " kernel = VALUES(kernel), cpu_model = VALUES(cpu_model), cpu_count = VALUES(cpu_count),"
                + " mem_total_bytes = VALUES(mem_total_bytes), virtualization = VALUES(virtualization),"
                + " gpu_driver = VALUES(gpu_driver), temp_sensor_count = VALUES(temp_sensor_count),"
                + " updated_at = IF(VALUES(updated_at) < updated_at - INTERVAL 1 SECOND, VALUES(updated_at),"
                + " GREATEST(VALUES(updated_at), updated_at + INTERVAL 1000 MICROSECOND))";
        Sql.update(
                connection,
                sql,
                machineId,
                inventory.hostname(),
                inventory.model(),
                inventory.os(),
                inventory.kernel(),
                inventory.cpuModel(),
                inventory.cpuCount(),
                inventory.memTotalBytes(),
                inventory.virtualization(),
                inventory.gpuDriver(),
                inventory.tempSensorCount());
        Instant at = Sql.one(
                        connection,
                        "SELECT updated_at FROM machine_inventory WHERE machine_id = ?",
                        row -> Sql.time(row, "updated_at"),
                        machineId)
                .orElseThrow();
        putGpus(connection, machineId, inventory.gpus(), at);
        putReferences(connection, machineId, inventory.gpus());
    }

    private static void putGpus(Connection connection, int machineId, List<GpuInfo> gpus, Instant at)
            throws SQLException {
        String sql = "INSERT INTO gpu (machine_id, uuid, slot, model, pci_bus_id, slowdown_temp_c, shutdown_temp_c,"
                + " mem_max_temp_c, gpu_max_temp_c, target_temp_c, first_seen_at, shown_since, last_seen_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE slot = VALUES(slot), model = VALUES(model),"
                + " pci_bus_id = VALUES(pci_bus_id), slowdown_temp_c = VALUES(slowdown_temp_c),"
                + " shutdown_temp_c = VALUES(shutdown_temp_c), mem_max_temp_c = VALUES(mem_max_temp_c),"
                + " gpu_max_temp_c = VALUES(gpu_max_temp_c), target_temp_c = VALUES(target_temp_c),"
                + " shown_since = IF(last_seen_at >= VALUES(last_seen_at) - INTERVAL " + SAME_CLAIM_SECONDS + " SECOND,"
                + " COALESCE(shown_since, first_seen_at), VALUES(shown_since)),"
                + " last_seen_at = VALUES(last_seen_at), retired_at = NULL";
        List<Object[]> rows = new ArrayList<>();
        for (int slot = 0; slot < gpus.size(); slot++) {
            GpuInfo gpu = gpus.get(slot);
            if (!gpu.isReference()) {
                rows.add(new Object[] {
                    machineId,
                    gpu.uuid(),
                    slot,
                    gpu.model(),
                    gpu.pciBusId(),
                    gpu.slowdownTempC(),
                    gpu.shutdownTempC(),
                    gpu.memMaxTempC(),
                    gpu.gpuMaxTempC(),
                    gpu.targetTempC(),
                    at,
                    at,
                    at
                });
            }
        }
        Sql.batch(connection, sql, rows);
    }

    /**
     * GPUs that only older readings refer to: whatever is known of them stays as it is. One that nobody has heard of
     * was there before this inventory, and is not now.
     */
    private static void putReferences(Connection connection, int machineId, List<GpuInfo> gpus) throws SQLException {
        String sql = "INSERT INTO gpu (machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at)"
                + " SELECT machine_id, ?, ?, '', '', updated_at - INTERVAL 1 SECOND, updated_at - INTERVAL 1 SECOND"
                + " FROM machine_inventory WHERE machine_id = ? ON DUPLICATE KEY UPDATE uuid = gpu.uuid";
        List<Object[]> rows = new ArrayList<>();
        for (int slot = 0; slot < gpus.size(); slot++) {
            GpuInfo gpu = gpus.get(slot);
            if (gpu.isReference()) {
                rows.add(new Object[] {gpu.uuid(), slot, machineId});
            }
        }
        Sql.batch(connection, sql, rows);
    }

    /** The GPUs of each of these machines that has or once had any. */
    public Map<Integer, MachineGpus> gpus(Connection connection, Collection<Integer> machineIds) throws SQLException {
        List<StoredGpu> stored = Sql.list(
                connection,
                "SELECT id, machine_id, uuid, target_temp_c, slowdown_temp_c FROM gpu WHERE machine_id IN ("
                        + Sql.placeholders(machineIds) + ")",
                row -> new StoredGpu(
                        row.getInt("machine_id"),
                        row.getInt("id"),
                        row.getString("uuid"),
                        GpuTargetTemp.of(
                                Sql.optionalInt(row, "target_temp_c"), Sql.optionalInt(row, "slowdown_temp_c"))),
                machineIds.toArray());
        return stored.stream().collect(Collectors.groupingBy(StoredGpu::machineId, GPUS));
    }

    private static MachineGpus gpus(List<StoredGpu> stored) {
        Map<String, Integer> ids = new HashMap<>();
        Map<String, GpuTargetTemp> targets = new HashMap<>();
        for (StoredGpu gpu : stored) {
            ids.put(gpu.uuid(), gpu.id());
            gpu.target().ifPresent(target -> targets.put(gpu.uuid(), target));
        }
        return new MachineGpus(ids, targets);
    }
}
