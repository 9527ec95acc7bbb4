package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.List;

/** One card, as its driver knows it. */
public interface GpuCard {
    /** What does not change; never blocks. */
    GpuInfo info();

    /**
     * Reads the card. May block for as long as its driver does; called by one thread at a time.
     *
     * @throws GpuFaultException if the card as a whole cannot be read; a value that it does not have is absent instead
     */
    CardReading read() throws GpuFaultException;

    /**
     * What a card tells.
     *
     * @param values of scope {@link Scope#GPU}, without {@code gpu_fault}, {@code gpu_hung_s} and {@code gpu_fatal_xid}; none
     *     at all if the card is not to be asked at this moment, and then the reading goes without it
     * @param processes what computes on it; empty if nothing does, or if that is not to be told
     * @param fault of a card that tells values, but not the most important one, or that needs a reset or a restart all the
     *     same; usually {@link GpuFault#NONE}
     * @param problem why there is a fault, for the log
     */
    record CardReading(MetricValues values, List<GpuProcess> processes, GpuFault fault, String problem) {
        /** Of a card that is not to be asked now, as while its driver begins anew. */
        public static final CardReading NOT_NOW = new CardReading(MetricValues.empty(Scope.GPU), List.of());

        /** Of a card that is well. */
        public CardReading(MetricValues values, List<GpuProcess> processes) {
            this(values, processes, GpuFault.NONE, "");
        }

        public CardReading {
            processes = List.copyOf(processes);
        }
    }
}
