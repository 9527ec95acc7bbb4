package io.emberwatch.probe.spool;

import io.emberwatch.probe.sample.Sample;
import java.util.List;
import java.util.UUID;

/**
 * Readings that the collector has not acknowledged yet, oldest first. Thread-safe: the sampling thread appends, the link
 * takes away.
 */
public interface Spool {
    /** Names the numbering of this spool; a spool that cannot continue an earlier numbering draws a new one. */
    UUID bootId();

    /**
     * Numbers a sample and keeps it. A full spool forgets its oldest readings for it.
     *
     * @return its sequence, from 1, each one more than the last
     */
    long append(Sample sample);

    /**
     * Readings with consecutive sequences, the first of them the oldest held behind {@code sequence}; empty if there is none.
     * They stay in the spool.
     */
    List<SpooledReading> peekBehind(long sequence, int atMost);

    /** Forgets all readings up to and including {@code sequence}. */
    void acknowledge(long sequence);

    /** The sequence given last, 0 if none was. */
    long lastSequence();

    /** How many readings it holds. */
    int depth();

    /** How full it is, 0 to 100. */
    double fillPercent();
}
