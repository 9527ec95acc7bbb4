package io.emberwatch.probe.spool.disk;

import java.time.Instant;

/** Which sequences this process gives, and which were given before it. Guarded by {@link SpoolIndex}. */
final class GivenNumbers {
    private final Numbering numbering;
    private final long startsBehind;
    private final long givenBefore;

    private GivenNumbers(Numbering numbering, long givenBefore) {
        this.numbering = numbering;
        this.startsBehind = numbering.last();
        this.givenBefore = givenBefore;
    }

    static GivenNumbers withoutPast(Instant now) {
        return new GivenNumbers(Numbering.withoutPast(now), 0);
    }

    /** For a spool without a past, whose numbers are to be higher than others have been. */
    static GivenNumbers withoutPast(Numbering numbering) {
        return new GivenNumbers(numbering, 0);
    }

    static GivenNumbers after(Recovered recovered) {
        return new GivenNumbers(recovered.numbering(), recovered.lastGiven());
    }

    long next() {
        return numbering.next();
    }

    /** The number given last; a number that is never given if this process has given none. */
    long last() {
        return numbering.last();
    }

    /** Whether this process has given any. */
    boolean isBegun() {
        return numbering.last() > startsBehind;
    }

    /** The number given last, by this process or before it; 0 if none was. */
    long lastGiven() {
        return isBegun() ? numbering.last() : givenBefore;
    }

    /** The last number given before the start to which this sequence belongs. */
    long lastGivenBefore(long sequence) {
        long start = Numbering.startOf(sequence);
        return start > Numbering.startOf(startsBehind) ? (start << Numbering.BITS_OF_N) - 1 : givenBefore;
    }
}
