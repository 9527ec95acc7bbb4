package io.emberwatch.probe.spool;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.reading.SpooledReading;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.WireLimits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Readings that the collector has not stored yet, in the order in which they were taken. A reading's place is its sequence:
 * no clock decides anything. Thread-safe: the sampling thread appends, the link takes away.
 */
public interface Spool {
    /** Names the numbering of this spool; a spool that cannot continue an earlier numbering draws a new one. */
    UUID bootId();

    /**
     * Numbers a sample and keeps it. A full spool forgets its oldest readings for it.
     *
     * @return its sequence, from 1, more than any before it; numbers may be left out
     */
    long append(Sample sample);

    /**
     * The oldest readings held between two sequences, as far as their sequences are consecutive; empty if there are none. They
     * stay in the spool.
     *
     * @param behind only later ones
     * @param upTo none later than this
     */
    List<SpooledReading> peek(long behind, long upTo, int atMost);

    /** The first loss that ends behind this sequence, where the collector has not been told of it for good. */
    Optional<Lost> lossBehind(long sequence);

    /** Forgets what the collector has stored. */
    void acknowledge(AcknowledgedRange acknowledged);

    /** The sequence given last; before the first one, a lower number. */
    long lastSequence();

    /** The first sequence of the newest so many readings held behind {@code sequence}; empty if there are not as many. */
    Optional<Long> startOfNewest(int readings, long behind);

    /** How many readings it holds that the collector has not stored. */
    long depth();

    /** How full it is, 0 to 100. */
    double fillPercent();

    /** How it does now, for people. Must be cheap. */
    default SpoolStatus status() {
        Optional<Instant> oldest = peek(0, WireLimits.MAX_SEQUENCE, 1).stream()
                .map(reading -> reading.sample().takenAt())
                .findFirst();
        return new SpoolStatus(SpoolStatus.Mode.MEMORY, Optional.empty(), depth(), oldest, fillPercent(), 0, 0);
    }

    /**
     * Draws a new boot id for all that it holds, which may keep its numbers or get others: the collector knows sequences of
     * the old one that this spool never gave away, because the disk went back in time.
     */
    void beginAnew();
}
