package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Measures some metrics of this machine. What cannot be measured is not put; what fails may be thrown. Owned by the
 * sampling thread, so that it may keep the counters of last time.
 */
public interface Sampler {
    /** All that it may ever put: of scope {@link io.emberwatch.protocol.Scope#MACHINE}, and no other sampler's. */
    Set<Metric> metrics();

    void sample(Readout readout) throws IOException;

    /**
     * What an admin should know of what could not be measured the last time, each with what it is and what to do. The
     * same words as long as the same is so. Names in them are as somebody else has given them.
     */
    default List<String> remarks() {
        return List.of();
    }

    /** A value in its metric's unit; empty if it cannot be measured. */
    @FunctionalInterface
    interface Measurement {
        OptionalDouble measure() throws IOException;
    }

    /** A sampler of one metric. */
    static Sampler of(Metric metric, Measurement measurement) {
        return new Sampler() {
            @Override
            public Set<Metric> metrics() {
                return Set.of(metric);
            }

            @Override
            public void sample(Readout readout) throws IOException {
                readout.put(metric, measurement.measure());
            }
        };
    }
}
