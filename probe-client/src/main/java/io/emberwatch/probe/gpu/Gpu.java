package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.List;

/** One GPU, as its driver knows it. */
public interface Gpu {
    /** What does not change; never blocks. */
    GpuInfo info();

    /**
     * Reads the GPU. May block for as long as its driver does; called by one thread at a time.
     *
     * @throws FaultException if the GPU as a whole cannot be read; a value that it does not have is absent instead
     */
    Reading read() throws FaultException;

    /**
     * What a GPU reports.
     *
     * @param values of scope {@link Scope#GPU}, without {@code gpu_fault}, {@code gpu_hung_s} and {@code
     *     gpu_fatal_xid}; none at all if the GPU is not to be asked at this moment, and then the reading goes without
     *     it
     * @param processes what computes on it; empty if nothing does, or if that is not to be reported
     * @param fault of a GPU that reports values, but not the most important one, or that needs a reset or a restart all
     *     the same; usually {@link GpuFault#NONE}
     * @param problem why there is a fault, for the log
     */
    record Reading(MetricValues values, List<GpuProcess> processes, GpuFault fault, String problem) {
        /** Of a GPU that is not to be asked now, as while its driver begins anew. */
        public static final Reading NOT_NOW = new Reading(MetricValues.empty(Scope.GPU), List.of());

        /** Of a GPU that is well. */
        public Reading(MetricValues values, List<GpuProcess> processes) {
            this(values, processes, GpuFault.NONE, "");
        }

        public Reading {
            processes = List.copyOf(processes);
        }
    }

    /** A GPU that cannot be read, and why. */
    public static final class FaultException extends Exception {
        private static final long serialVersionUID = 1L;

        private final GpuFault fault;

        /** @param fault not {@link GpuFault#NONE} */
        public FaultException(GpuFault fault, String message, Throwable cause) {
            super(message, cause);
            this.fault = fault;
        }

        public GpuFault fault() {
            return fault;
        }
    }
}
