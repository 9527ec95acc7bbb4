package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells faults of drivers from faults of cards. Pure. */
final class DriverFaults {
    /** The worst first: cards that are gone or stopped before cards that nobody can ask. */
    private static final List<GpuFault> BY_SEVERITY = List.of(
            GpuFault.LOST,
            GpuFault.RESTART_REQUIRED,
            GpuFault.RESET_REQUIRED,
            GpuFault.HUNG,
            GpuFault.DRIVER_MISSING,
            GpuFault.DRIVER_MISMATCH,
            GpuFault.NO_PERMISSION,
            GpuFault.UNREADABLE,
            GpuFault.NONE);

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

    /** The worst; {@link GpuFault#NONE} if there is none. */
    static GpuFault worst(Collection<GpuFault> ofDrivers) {
        return ofDrivers.stream()
                .min(Comparator.comparingInt(BY_SEVERITY::indexOf))
                .orElse(GpuFault.NONE);
    }
}
