package io.emberwatch.probe.gpu;

import io.emberwatch.probe.deadline.DeadlineCall;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * A GPU and the thread that asks it. One that hangs is not asked again until it has answered. What it says before the
 * next reading is reported in that, so that a GPU that is a little slow has values. What it says later is thrown away,
 * because it is no longer of now.
 *
 * <p>For one thread, except that its own reads the GPU.
 */
final class WatchedGpu {
    private final DeadlineCall<Outcome> call;
    private final LongSupplier nanoTime;

    /** @param name of the thread */
    WatchedGpu(String name, LongSupplier nanoTime) {
        this.call = new DeadlineCall<>(name, nanoTime);
        this.nanoTime = nanoTime;
    }

    /** Asks the GPU, unless an earlier answer of it is still pending. */
    void ask(Gpu gpu) {
        boolean unused = call.begin(() -> read(gpu));
    }

    /** Waits for the answer to {@link #ask}, at most until then; a pending one is not waited for. */
    Outcome answer(long deadlineNanos) {
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - nanoTime.getAsLong()));
        try {
            return call.answer(left).orElseGet(() -> Outcome.hung(call.age()));
        } catch (ExecutionException e) {
            return Outcome.faulty(GpuFault.UNREADABLE, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.of(Gpu.Reading.NOT_NOW);
        }
    }

    /** Whether a call has not come back yet. */
    boolean isBusy() {
        return call.isBusy();
    }

    private static Outcome read(Gpu gpu) {
        try {
            return Outcome.of(gpu.read());
        } catch (Gpu.FaultException e) {
            return Outcome.faulty(e.fault(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * What came of asking a GPU.
     *
     * @param hungFor since when it has not answered, if the fault is {@link GpuFault#HUNG}, else zero
     * @param values as in {@link Gpu.Reading#values()}; none if the GPU as a whole cannot be read
     * @param problem why there is a fault, for the log
     */
    record Outcome(GpuFault fault, Duration hungFor, MetricValues values, List<GpuProcess> processes, String problem) {
        static Outcome of(Gpu.Reading reading) {
            return new Outcome(
                    reading.fault(), Duration.ZERO, reading.values(), reading.processes(), reading.problem());
        }

        static Outcome faulty(GpuFault fault, String problem) {
            return new Outcome(fault, Duration.ZERO, MetricValues.empty(Scope.GPU), List.of(), problem);
        }

        static Outcome hung(Duration hungFor) {
            return new Outcome(
                    GpuFault.HUNG, hungFor, MetricValues.empty(Scope.GPU), List.of(), "a call into its driver hangs");
        }

        /** As {@code gpu_hung_s} reports it. */
        long hungS() {
            return hungFor.plusMillis(500).toSeconds();
        }

        /**
         * The fault of a GPU that reports nothing; one that reports some values is not left out for what others have
         * too.
         */
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
}
