package io.emberwatch.probe.sample;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.Set;

/**
 * How many mount points and devices have not answered for long; one that is only slow has not hung. The first of all
 * samplers: with it the deadline of a reading begins.
 */
final class HungReadSampler implements Sampler {
    private final DeadlineCalls calls;
    private List<String> hung = List.of();

    HungReadSampler(DeadlineCalls calls) {
        this.calls = calls;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.HUNG_READ_COUNT);
    }

    @Override
    public void sample(Readout readout) {
        hung = calls.hung();
        readout.put(Metric.HUNG_READ_COUNT, hung.size());
        calls.beginReading();
    }

    @Override
    public List<String> remarks() {
        return hung.stream()
                .map(what -> what + " hangs: it is left alone until it answers; see dmesg")
                .toList();
    }
}
