package io.emberwatch.probe.testing;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A spool that another one does the work of, but for what a subclass changes. */
public class ForwardingSpool implements Spool {
    private final Spool right;

    public ForwardingSpool(Spool right) {
        this.right = right;
    }

    @Override
    public UUID bootId() {
        return right.bootId();
    }

    @Override
    public long append(Sample sample) {
        return right.append(sample);
    }

    @Override
    public List<Sample.Numbered> peek(long behind, long upTo, int atMost) {
        return right.peek(behind, upTo, atMost);
    }

    @Override
    public Optional<Lost> lossBehind(long sequence) {
        return right.lossBehind(sequence);
    }

    @Override
    public void acknowledge(AcknowledgedRange acknowledged) {
        right.acknowledge(acknowledged);
    }

    @Override
    public long lastSequence() {
        return right.lastSequence();
    }

    @Override
    public Optional<Long> startOfNewest(int readings, long behind) {
        return right.startOfNewest(readings, behind);
    }

    @Override
    public long depth() {
        return right.depth();
    }

    @Override
    public Status status() {
        return right.status();
    }

    @Override
    public void beginAnew() {
        right.beginAnew();
    }
}
