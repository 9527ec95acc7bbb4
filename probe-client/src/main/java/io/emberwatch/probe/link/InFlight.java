package io.emberwatch.probe.link;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpooledReading;
import io.emberwatch.protocol.Durable;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import java.util.ArrayDeque;
import java.util.List;

/** What one session has sent and the collector has not acknowledged. Owned by the link thread. */
final class InFlight {
    private final Spool spool;
    private final int maxBatches;
    private final ArrayDeque<Long> lastOfBatch = new ArrayDeque<>();
    private long lastSent;

    /**
     * @param maxBatches from WELCOME
     * @param durable from WELCOME: the session goes on behind it
     */
    InFlight(Spool spool, int maxBatches, Durable durable) throws ProtocolException {
        this.spool = spool;
        this.maxBatches = maxBatches;
        if (durable.last() > spool.lastSequence()) {
            throw unexpected("the collector claims to have reading " + durable.last() + " of " + spool.lastSequence());
        }
        this.lastSent = durable.last();
        spool.acknowledge(durable);
    }

    /** What may be sent now; empty if there is nothing, or too much on its way. */
    List<SpooledReading> sendable(int atMost) {
        return lastOfBatch.size() < maxBatches ? spool.peek(lastSent, Long.MAX_VALUE, atMost) : List.of();
    }

    void sent(Readings batch) {
        lastSent = batch.lastSequence();
        lastOfBatch.addLast(lastSent);
    }

    /** The collector has stored this. */
    void acknowledged(Durable durable) throws ProtocolException {
        long sequence = durable.last();
        if (sequence > lastSent) {
            throw unexpected("the collector acknowledges reading " + sequence + ", but " + lastSent + " was sent last");
        }
        while (!lastOfBatch.isEmpty() && lastOfBatch.getFirst() <= sequence) {
            lastOfBatch.removeFirst();
        }
        spool.acknowledge(durable);
    }

    private static ProtocolException unexpected(String message) {
        return new ProtocolException(RefusalCode.UNEXPECTED_MESSAGE, message);
    }
}
