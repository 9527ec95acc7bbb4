package io.emberwatch.probe.gpu;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the values of GPUs come from. {@link #read()} belongs to one thread; what the others report is as of the last
 * read, and they may be called from any thread.
 */
public interface GpuSource {
    /** All that a GPU may report here: of scope {@link io.emberwatch.protocol.Scope#GPU}. */
    default Set<Metric> metrics() {
        return Set.of();
    }

    /** What the GPUs report now. */
    Report read();

    /** The GPUs that the machine has, in a stable order. Those that cannot be read are among them. */
    default List<GpuInfo> inventory() {
        return List.of();
    }

    /** Name and version of their driver, for people; several with commas between them, empty if unknown. */
    default String driver() {
        return "";
    }

    /** What computes on the GPUs. */
    default List<GpuProcess> processes() {
        return List.of();
    }

    /**
     * What the GPUs of this machine reported at one moment.
     *
     * @param samples at most one for each GPU; a GPU that cannot be read is in it with its {@code gpu_fault}, unless
     *     that is the fault of its driver
     * @param driverFault of the driver that is worst off; empty while it is not known yet which GPUs there are, or not
     *     of all
     */
    public record Report(List<GpuSample> samples, Optional<GpuFault> driverFault) {
        /** Of a machine without GPUs, or before the first look. */
        public static final Report NOTHING = new Report(List.of(), Optional.empty());

        public Report {
            samples = List.copyOf(samples);
        }
    }
}
