package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.Set;

/**
 * Where the values of GPUs come from. {@link #read()} belongs to one thread; what the others tell is as of the last read, and
 * they may be called from any thread.
 */
public interface GpuSource {
    /** A machine without GPUs, or one whose GPUs are not to be watched. */
    GpuSource NONE = () -> GpuReport.NOTHING;

    /** All that a GPU may tell here: of scope {@link io.emberwatch.protocol.Scope#GPU}. */
    default Set<Metric> metrics() {
        return Set.of();
    }

    /** What the cards tell now. */
    GpuReport read();

    /** The cards that the machine has, in a stable order. Those that cannot be read are among them. */
    default List<GpuInfo> inventory() {
        return List.of();
    }

    /** Name and version of their driver, for people; several with commas between them, empty if unknown. */
    default String driver() {
        return "";
    }

    /** What computes on the cards. */
    default List<GpuProcess> processes() {
        return List.of();
    }
}
