package io.emberwatch.probe.sample;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Gives a sampler that asks by itself, and not through a watched {@link io.emberwatch.probe.kernel.KernelTree}, a
 * deadline: should it hang, readings go without its values and do not wait again. What comes after the deadline but
 * before the next reading is reported in that. For the sampling thread.
 */
final class DeadlineSampler implements Sampler {
    private final String what;
    private final Sampler sampler;
    private final DeadlineCalls calls;

    /**
     * @param what it measures, for people
     * @param sampler shares nothing with other samplers
     */
    DeadlineSampler(String what, Sampler sampler, DeadlineCalls calls) {
        this.what = what;
        this.sampler = sampler;
        this.calls = calls;
    }

    @Override
    public Set<Metric> metrics() {
        return sampler.metrics();
    }

    @Override
    public void sample(Readout readout) throws IOException {
        try {
            calls.call(what, this::values).ifPresent(readout::putAll);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    @Override
    public List<String> remarks() {
        return sampler.remarks();
    }

    private MetricValues values() throws IOException {
        Readout own = new Readout();
        sampler.sample(own);
        return own.values();
    }
}
