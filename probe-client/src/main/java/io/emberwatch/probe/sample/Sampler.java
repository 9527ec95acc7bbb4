package io.emberwatch.probe.sample;

import java.io.IOException;

/**
 * Measures one kind of value. What cannot be measured is not put; what fails may be thrown. Owned by the sampling thread, so
 * that it may keep the counters of last time.
 */
@FunctionalInterface
public interface Sampler {
    void sample(Readout readout) throws IOException;
}
