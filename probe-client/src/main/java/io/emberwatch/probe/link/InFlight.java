package io.emberwatch.probe.link;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpooledReading;
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
     * @param lastDurable from WELCOME: the session goes on behind it
     */
    InFlight(Spool spool, int maxBatches, long lastDurable) throws ProtocolException {
        this.spool = spool;
        this.maxBatches = maxBatches;
        if (lastDurable > spool.lastSequence()) {
            throw unexpected("the collector claims to have reading " + lastDurable + " of " + spool.lastSequence());
        }
        this.lastSent = lastDurable;
        spool.acknowledge(lastDurable);
    }

    /** What may be sent now; empty if there is nothing, or too much on its way. */
    List<SpooledReading> sendable(int atMost) {
        return lastOfBatch.size() < maxBatches ? spool.peekBehind(lastSent, atMost) : List.of();
    }

    void sent(Readings batch) {
        lastSent = batch.lastSequence();
        lastOfBatch.addLast(lastSent);
    }

    /** The collector has stored everything up to this sequence. */
    void acknowledged(long sequence) throws ProtocolException {
        if (sequence > lastSent) {
            throw unexpected("the collector acknowledges reading " + sequence + ", but " + lastSent + " was sent last");
        }
        while (!lastOfBatch.isEmpty() && lastOfBatch.getFirst() <= sequence) {
            lastOfBatch.removeFirst();
        }
        spool.acknowledge(sequence);
    }

    private static ProtocolException unexpected(String message) {
        return new ProtocolException(RefusalCode.UNEXPECTED_MESSAGE, message);
    }
}
