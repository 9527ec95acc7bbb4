package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/** Tells faults of drivers from faults of cards. Pure. */
final class DriverFaults {
    private DriverFaults() {}

    /**
     * The fault that all cards of a driver have in common, so that it is not theirs; {@link GpuFault#NONE} if there is none.
     * One card alone cannot tell.
     */
    static GpuFault shared(Collection<GpuFault> ofCards) {
        Set<GpuFault> different = new HashSet<>(ofCards);
        return ofCards.size() > 1 && different.size() == 1
                ? different.iterator().next()
                : GpuFault.NONE;
    }

    /** The worst: cards that are gone before cards that nobody can ask. The codes rise as it gets better, but for 0. */
    static GpuFault worst(Collection<GpuFault> ofDrivers) {
        return ofDrivers.stream()
                .filter(fault -> fault != GpuFault.NONE)
                .min(Comparator.comparingInt(GpuFault::code))
                .orElse(GpuFault.NONE);
    }
}
