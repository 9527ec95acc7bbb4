package io.emberwatch.probe.spool;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Readings that the collector has not stored yet, in the order in which they were taken. A reading's place is its
 * sequence: no clock decides anything. Thread-safe: the sampling thread appends, the link takes away.
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
     * The oldest readings held between two sequences, as far as their sequences are consecutive; empty if there are
     * none. They stay in the spool.
     *
     * @param behind only later ones
     * @param upTo none later than this
     */
    List<Sample.Numbered> peek(long behind, long upTo, int atMost);

    /** The first loss that ends behind this sequence, unless the collector is known to know all of it. */
    Optional<Lost> lossBehind(long sequence);

    /** Forgets what the collector has stored. */
    void acknowledge(AcknowledgedRange acknowledged);

    /** The sequence given last; before the first one, a lower number. */
    long lastSequence();

    /**
     * The first sequence of the newest so many readings held behind {@code sequence}; empty if there are not as many.
     */
    Optional<Long> startOfNewest(int readings, long behind);

    /** How many readings it holds that the collector has not stored. */
    long depth();

    /** How it does now, for people. Must be cheap. */
    Status status();

    /**
     * Draws a new boot id for all that it holds, which may keep its numbers or get others: the collector knows
     * sequences of the old one that this spool never gave away, because the disk went back in time.
     */
    void beginAnew();

    /**
     * How a spool does at one moment, for people.
     *
     * @param why it is not on disk; empty if that is as it should be
     * @param depth readings that the collector has not stored
     * @param oldestAt when the oldest of them was taken; empty if there is none
     * @param usedPercent how full it is, 0 to 100
     * @param bytes taken on disk, or about so many of memory
     * @param lostCount readings lost since the probe started
     */
    record Status(
            Mode mode,
            Optional<String> why,
            long depth,
            Optional<Instant> oldestAt,
            double usedPercent,
            long bytes,
            long lostCount) {
        /** Where readings are kept. */
        public enum Mode {
            DISK,
            MEMORY
        }
    }

    /** Another process uses the directory. */
    final class InUseException extends IOException {
        private static final long serialVersionUID = 1;

        public InUseException(String message) {
            super(message);
        }
    }
}
