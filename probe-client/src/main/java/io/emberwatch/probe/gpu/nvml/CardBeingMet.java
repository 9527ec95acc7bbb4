package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.GpuCard;
import io.emberwatch.probe.gpu.GpuFaultException;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * A card that is known from before and just being attached anew: nothing is known of it until it is, and it hangs if that
 * takes too long.
 *
 * @param nanoTime {@link System#nanoTime()}
 */
record CardBeingMet(GpuInfo info, Future<NvmlCard> met, long begunNanos, LongSupplier nanoTime) implements GpuCard {
    /** Longer than a card needs that was asleep. */
    static final Duration HANGS_AFTER = Duration.ofSeconds(20);

    @Override
    public CardReading read() throws GpuFaultException {
        if (!met.isDone()) {
            if (nanoTime.getAsLong() - begunNanos > HANGS_AFTER.toNanos()) {
                throw new GpuFaultException(GpuFault.HUNG, "it does not tell what it is", null);
            }
            return CardReading.NOT_NOW;
        }
        try {
            NvmlCard card = met.get();
            return card.info().uuid().equals(info.uuid()) ? card.read() : CardReading.NOT_NOW;
        } catch (ExecutionException e) {
            throw new GpuFaultException(NvmlFaults.of(NvmlFaults.codeOf(e)), String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CardReading.NOT_NOW;
        }
    }
}
