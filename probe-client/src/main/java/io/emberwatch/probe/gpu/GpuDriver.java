package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The GPUs that one driver of the machine serves. */
public interface GpuDriver {
    /** All that its GPUs may report, whatever their models. */
    default Set<Metric> metrics() {
        return Set.of();
    }

    /**
     * Finds out which GPUs there are now. May block for as long as the driver does, and may use what costs seconds;
     * called by one thread at a time.
     */
    Survey survey();

    /**
     * XID errors since the last call by UUID, each GPU's in the order in which they happened. Never blocks; called by
     * one thread at a time, which need not be that of {@link #survey}.
     */
    default Map<String, List<Integer>> drainXids() {
        return Map.of();
    }

    /**
     * Whether XID errors of this GPU are listened to: only then does none mean that the driver's library reported none.
     * It does not report all; NVML often leaves out the worst.
     */
    default boolean reportsXids(String uuid) {
        return false;
    }

    /**
     * The GPUs of one moment.
     *
     * @param gpus in a stable order; a GPU that was in the survey before may be the same object or another, its UUID
     *     says which
     * @param fault what is wrong with the driver, and so with all of its GPUs; {@link GpuFault#NONE} also if there is
     *     nothing to drive
     * @param name of the driver and its version, for people; empty if unknown
     * @param complete whether these are all; not while a GPU is still being attached, which may take a while. A GPU
     *     that refuses to be is waited for no longer
     */
    record Survey(List<Gpu> gpus, GpuFault fault, String name, boolean complete) {
        /** Nothing to drive. */
        public static final Survey NOTHING = new Survey(List.of(), GpuFault.NONE, "");

        /** All GPUs that there are. */
        public Survey(List<Gpu> gpus, GpuFault fault, String name) {
            this(gpus, fault, name, true);
        }

        public Survey {
            gpus = List.copyOf(gpus);
        }
    }
}
