package io.emberwatch.collector.model;

import java.util.Map;

/**
 * The cards that a machine has or once had, as far as a writer needs to know them. Immutable.
 *
 * @param ids {@code gpu.id} by UUID
 * @param targets of those that tell one that makes sense, by UUID
 */
public record MachineGpus(Map<String, Integer> ids, Map<String, GpuTargetTemp> targets) {
    public static final MachineGpus NONE = new MachineGpus(Map.of(), Map.of());

    public MachineGpus {
        ids = Map.copyOf(ids);
        targets = Map.copyOf(targets);
    }
}
