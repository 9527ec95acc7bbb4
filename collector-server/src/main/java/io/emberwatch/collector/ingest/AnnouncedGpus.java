package io.emberwatch.collector.ingest;

import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cards that an inventory names.
 *
 * @param uuids of all, in its order: what readings refer to by position
 * @param shown UUIDs of those that are in the machine; the others are named because older readings refer to them
 */
public record AnnouncedGpus(List<String> uuids, Set<String> shown) {
    public static final AnnouncedGpus NONE = new AnnouncedGpus(List.of(), Set.of());

    public AnnouncedGpus {
        uuids = List.copyOf(uuids);
        shown = Set.copyOf(shown);
    }

    public static AnnouncedGpus of(Inventory inventory) {
        return new AnnouncedGpus(
                inventory.gpus().stream().map(GpuInfo::uuid).toList(),
                inventory.gpus().stream()
                        .filter(card -> !card.isReference())
                        .map(GpuInfo::uuid)
                        .collect(Collectors.toSet()));
    }
}
