package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.function.IntSupplier;

/** How many processes there are; 0 would be one too few to ask. */
final class ProcessSampler implements Sampler {
    private final IntSupplier count;

    ProcessSampler(IntSupplier count) {
        this.count = count;
    }

    @Override
    public void sample(Readout readout) {
        int processes = count.getAsInt();
        if (processes > 0) {
            readout.put(Metric.PROCESS_COUNT, processes);
        }
    }
}
