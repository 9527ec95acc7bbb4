package io.emberwatch.collector.ingest;

import io.emberwatch.collector.model.ReadingRow;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows that one transaction adds for one machine. Not thread-safe. */
final class MachineRows {
    private final int machineId;
    private final List<ReadingRow> rows = new ArrayList<>();
    private Map<String, Integer> gpuIds;

    /** @param gpuIds {@code gpu.id} by UUID */
    MachineRows(int machineId, Map<String, Integer> gpuIds) {
        this.machineId = machineId;
        this.gpuIds = gpuIds;
    }

    void gpusAre(Map<String, Integer> ids) {
        gpuIds = Map.copyOf(ids);
    }

    Map<String, Integer> gpuIds() {
        return gpuIds;
    }

    List<ReadingRow> all() {
        return rows;
    }

    /**
     * Adds a reading.
     *
     * @param gpuUuids the GPUs that it refers to by position
     * @return the values of its GPUs by UUID
     * @throws IllegalArgumentException if it refers to another GPU
     */
    Map<String, MetricValues> add(Reading reading, List<String> gpuUuids) {
        Map<String, MetricValues> byUuid = new LinkedHashMap<>();
        Map<Integer, MetricValues> byId = new HashMap<>();
        Map<Integer, List<Integer>> xids = new HashMap<>();
        for (GpuValues gpu : reading.gpus()) {
            String uuid = uuid(gpu.index(), gpuUuids);
            byUuid.put(uuid, gpu.values());
            byId.put(gpuId(uuid), gpu.values());
            if (!gpu.xids().isEmpty()) {
                // Nobody but a hostile probe names a card twice; its errors are kept all the same.
                xids.computeIfAbsent(gpuId(uuid), id -> new ArrayList<>()).addAll(gpu.xids());
            }
        }
        rows.add(new ReadingRow(machineId, reading.sequence(), reading.takenAt(), reading.machine(), byId, xids));
        return byUuid;
    }

    private static String uuid(int index, List<String> gpuUuids) {
        if (index >= gpuUuids.size()) {
            throw new IllegalArgumentException("the reading refers to GPU " + index + ", but the inventory before it"
                    + " names " + gpuUuids.size());
        }
        return gpuUuids.get(index);
    }

    private int gpuId(String uuid) {
        Integer id = gpuIds.get(uuid);
        if (id == null) {
            throw new IllegalStateException("GPU " + uuid + " is not in the inventory of the machine");
        }
        return id;
    }
}
