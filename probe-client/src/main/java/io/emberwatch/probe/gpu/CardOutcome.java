package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.util.List;

/**
 * What came of asking a card.
 *
 * @param hungFor since when it has not answered, if the fault is {@link GpuFault#HUNG}, else zero
 * @param values as in {@link GpuCard.CardReading#values()}; none if the card as a whole cannot be read
 * @param problem why there is a fault, for the log
 */
record CardOutcome(GpuFault fault, Duration hungFor, MetricValues values, List<GpuProcess> processes, String problem) {
    static CardOutcome of(GpuCard.CardReading reading) {
        return new CardOutcome(
                reading.fault(), Duration.ZERO, reading.values(), reading.processes(), reading.problem());
    }

    static CardOutcome faulty(GpuFault fault, String problem) {
        return new CardOutcome(fault, Duration.ZERO, MetricValues.empty(Scope.GPU), List.of(), problem);
    }

    static CardOutcome hung(Duration hungFor) {
        return new CardOutcome(
                GpuFault.HUNG, hungFor, MetricValues.empty(Scope.GPU), List.of(), "a call into its driver hangs");
    }

    /** As {@code gpu_hung_s} tells it. */
    long hungS() {
        return hungFor.plusMillis(500).toSeconds();
    }

    /** The fault of a card that tells nothing; one that tells some values is not left out for what others have too. */
    GpuFault faultAsAWhole() {
        return hasValues() ? GpuFault.NONE : fault;
    }

    /** Whether the card could be asked. */
    boolean hasValues() {
        return !values.isEmpty();
    }

    /** Neither values nor a fault: nothing is known of the card at this moment. */
    boolean isUnknown() {
        return fault == GpuFault.NONE && values.isEmpty();
    }
}
