package io.emberwatch.collector.faults;

/** Readings from {@code first} to {@code last}, both included. */
record SequenceRange(long first, long last) {
    boolean contains(long sequence) {
        return first <= sequence && sequence <= last;
    }
}
