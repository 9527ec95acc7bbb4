package io.emberwatch.probe.sample;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.time.Duration;

/** Runs one sampler alone. */
final class Reads {
    private Reads() {}

    /** Calls that are waited for until they answer. */
    static DeadlineCalls calls() {
        return new DeadlineCalls(Duration.ofMinutes(5), Duration.ofMinutes(5), System::nanoTime);
    }

    static MetricValues of(Sampler sampler) throws IOException {
        Readout readout = new Readout();
        sampler.sample(readout);
        return readout.values();
    }
}
