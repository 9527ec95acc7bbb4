package io.emberwatch.protocol;

/**
 * What of one numbering (see {@link Hello#bootId()}) the collector has stored for good: everything up to {@code last},
 * but for the history that the probe has deferred. Both sides keep this, so it is the one place that says how it
 * changes.
 *
 * <pre>
 *        history                live
 * ├──────────────┬ ─ ─ ─ ─ ─ ┬──────────┤
 * 1              historyFrom  historyTo  last
 * </pre>
 *
 * Readings that the probe never had, or lost, count as acknowledged: nobody waits for them.
 *
 * @param last the last sequence stored, 0 for none, to {@link WireLimits#MAX_SEQUENCE}
 * @param historyFrom the first sequence that is still to come, 0 if none is
 * @param historyTo the last sequence that is still to come, {@code historyFrom} to {@code last}; 0 if none is
 */
public record AcknowledgedRange(long last, long historyFrom, long historyTo) {
    public static final AcknowledgedRange NOTHING = new AcknowledgedRange(0, 0, 0);

    public AcknowledgedRange {
        boolean noHistory = historyFrom == 0 && historyTo == 0;
        if (last < 0
                || last > WireLimits.MAX_SEQUENCE
                || !(noHistory || (1 <= historyFrom && historyFrom <= historyTo && historyTo <= last))) {
            throw new IllegalArgumentException(
                    "acknowledged sequences out of range: " + last + " without " + historyFrom + " to " + historyTo);
        }
    }

    /** Everything up to this sequence. */
    public static AcknowledgedRange upTo(long sequence) {
        return new AcknowledgedRange(sequence, 0, 0);
    }

    /** Whether history is still to come. */
    public boolean lacksHistory() {
        return historyFrom > 0;
    }

    /** Whether this sequence need not be sent any more. */
    public boolean has(long sequence) {
        return sequence <= last && !(historyFrom <= sequence && sequence <= historyTo);
    }

    /** The sequence up to which nothing is missing. */
    public long gapless() {
        return lacksHistory() ? historyFrom - 1 : last;
    }

    /**
     * After the probe said that it goes on live at {@code liveFrom} and brings what lies before it later.
     *
     * @throws IllegalArgumentException if history is still to come already, or nothing lies before {@code liveFrom}
     */
    public AcknowledgedRange deferredTo(long liveFrom) {
        if (lacksHistory() || liveFrom <= last + 1) {
            throw new IllegalArgumentException("cannot go on at " + liveFrom + " when there is " + this);
        }
        return new AcknowledgedRange(liveFrom - 1, last + 1, liveFrom - 1);
    }

    /** After live readings up to this sequence; older ones change nothing. */
    public AcknowledgedRange withLive(long upTo) {
        return upTo <= last ? this : new AcknowledgedRange(upTo, historyFrom, historyTo);
    }

    /**
     * After history up to this sequence; older changes nothing.
     *
     * @throws IllegalArgumentException if that is more than was to come
     */
    public AcknowledgedRange withHistory(long upTo) {
        if (!lacksHistory() || upTo < historyFrom) {
            return this;
        }
        if (upTo > historyTo) {
            throw new IllegalArgumentException("history up to " + upTo + ", but there is " + this);
        }
        return upTo == historyTo ? upTo(last) : new AcknowledgedRange(last, upTo + 1, historyTo);
    }

    /** As it is a part of WELCOME and ACK. */
    void write(WireWriter out) {
        out.varint(last);
        out.varint(historyFrom);
        out.varint(historyTo);
    }

    static AcknowledgedRange read(WireReader in) throws ProtocolException {
        return new AcknowledgedRange(in.natural("sequence"), in.natural("sequence"), in.natural("sequence"));
    }
}
