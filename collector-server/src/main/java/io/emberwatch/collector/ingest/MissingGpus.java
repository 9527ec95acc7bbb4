package io.emberwatch.collector.ingest;

import io.emberwatch.collector.model.GpuUuids;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import java.util.Map;
import java.util.Set;

/** Cards that a machine once had, that nobody has taken out, and that it does not show any more. */
final class MissingGpus {
    private MissingGpus() {}

    /** Whether a reading says that the inventory before it names every card: not while a driver is in trouble. */
    static boolean areKnown(Reading reading) {
        MetricValues machine = reading.machine();
        return machine.has(Metric.GPU_DRIVER_FAULT) && machine.raw(Metric.GPU_DRIVER_FAULT) == GpuFault.NONE.code();
    }

    /**
     * How many are missing.
     *
     * @param known {@code gpu.id} by UUID, of every card that the machine ever had
     * @param batch with the inventory that its readings refer to
     */
    static int count(Map<String, Integer> known, IngestItem.LiveBatch batch, Registry registry) {
        Set<String> shown = batch.cards().shown();
        int missing = 0;
        for (Map.Entry<String, Integer> card : known.entrySet()) {
            if (!shown.contains(card.getKey())
                    && GpuUuids.isOfCard(card.getKey())
                    && !registry.retiredGpus().contains(card.getValue())) {
                missing++;
            }
        }
        return missing;
    }
}
