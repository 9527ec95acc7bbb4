package io.emberwatch.collector.model;

import java.util.Set;

/**
 * Which machines are silenced at one moment.
 *
 * @param all whether every machine is
 * @param machineIds those that are silenced by themselves
 */
public record SilencedMachines(boolean all, Set<Integer> machineIds) {
    public SilencedMachines {
        machineIds = Set.copyOf(machineIds);
    }

    public boolean contains(int machineId) {
        return all || machineIds.contains(machineId);
    }
}
