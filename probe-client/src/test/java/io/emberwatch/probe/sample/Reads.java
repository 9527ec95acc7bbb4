package io.emberwatch.probe.sample;

import io.emberwatch.protocol.MetricValues;
import java.io.IOException;

/** Runs one sampler alone. */
final class Reads {
    private Reads() {}

    static MetricValues of(Sampler sampler) throws IOException {
        Readout readout = new Readout();
        sampler.sample(readout);
        return readout.values();
    }
}
