package io.emberwatch.probe.link;

import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.WireLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Turns the UUIDs of GPUs into positions in the INVENTORY last sent on this session. Not thread-safe.
 *
 * <p>A reading in the spool may hold a GPU that is gone by now. The inventory sent before it then lists that GPU too,
 * by its UUID alone: what else was known of it says nothing of the machine as it is now.
 */
public final class GpuIndex {
    private Inventory announced;
    private Map<String, Integer> positions = Map.of();
    private long announcements;

    /** A new session knows nothing. */
    void forgetSession() {
        announced = null;
        positions = Map.of();
    }

    /** Whether this inventory, as the machine is now, differs from the one that was announced. */
    boolean isNews(Inventory inventory) {
        return !inventory.equals(announced);
    }

    /** Those of {@code uuids} that were not announced. */
    List<String> unknown(Collection<String> uuids) {
        return uuids.stream()
                .filter(uuid -> !positions.containsKey(uuid))
                .distinct()
                .toList();
    }

    /**
     * What to send: the machine's inventory, with references to the GPUs in {@code alsoNeeded} behind its own, as far
     * as they fit.
     */
    Inventory announce(Inventory inventory, Collection<String> alsoNeeded) {
        Map<String, GpuInfo> gpus = new LinkedHashMap<>();
        inventory.gpus().forEach(gpu -> gpus.put(gpu.uuid(), gpu));
        for (String uuid : Set.copyOf(alsoNeeded)) {
            if (gpus.size() < WireLimits.MAX_GPUS) {
                gpus.putIfAbsent(uuid, GpuInfo.reference(uuid));
            }
        }
        announced = inventory;
        announcements++;
        positions = new HashMap<>();
        gpus.keySet().forEach(uuid -> positions.put(uuid, positions.size()));
        return inventory.withGpus(new ArrayList<>(gpus.values()));
    }

    /** Whether no GPU was announced on this session. */
    boolean isEmpty() {
        return positions.isEmpty();
    }

    /** How often something was announced; what refers to GPUs is to be said anew if that has changed. */
    long announcements() {
        return announcements;
    }

    /** Empty if the GPU did not fit into the inventory. */
    OptionalInt positionOf(String uuid) {
        Integer position = positions.get(uuid);
        return position == null ? OptionalInt.empty() : OptionalInt.of(position);
    }
}
