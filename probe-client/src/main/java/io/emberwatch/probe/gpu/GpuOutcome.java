package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.util.List;

/**
 * What came of asking a GPU.
 *
 * @param hungFor since when it has not answered, if the fault is {@link GpuFault#HUNG}, else zero
 * @param values as in {@link Gpu.Reading#values()}; none if the GPU as a whole cannot be read
 * @param problem why there is a fault, for the log
 */
record GpuOutcome(GpuFault fault, Duration hungFor, MetricValues values, List<GpuProcess> processes, String problem) {
    static GpuOutcome of(Gpu.Reading reading) {
        return new GpuOutcome(reading.fault(), Duration.ZERO, reading.values(), reading.processes(), reading.problem());
    }

    static GpuOutcome faulty(GpuFault fault, String problem) {
        return new GpuOutcome(fault, Duration.ZERO, MetricValues.empty(Scope.GPU), List.of(), problem);
    }

    static GpuOutcome hung(Duration hungFor) {
        return new GpuOutcome(
                GpuFault.HUNG, hungFor, MetricValues.empty(Scope.GPU), List.of(), "a call into its driver hangs");
    }

    /** As {@code gpu_hung_s} tells it. */
    long hungS() {
        return hungFor.plusMillis(500).toSeconds();
    }

    /** The fault of a GPU that tells nothing; one that tells some values is not left out for what others have too. */
    GpuFault faultAsAWhole() {
        return hasValues() ? GpuFault.NONE : fault;
    }

    /** Whether the GPU could be asked. */
    boolean hasValues() {
        return !values.isEmpty();
    }

    /** Neither values nor a fault: nothing is known of the GPU at this moment. */
    boolean isUnknown() {
        return fault == GpuFault.NONE && values.isEmpty();
    }
}
