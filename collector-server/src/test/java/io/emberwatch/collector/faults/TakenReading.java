package io.emberwatch.collector.faults;

import java.time.Instant;

/** A line of a probe's log: it has taken a reading, and its spool has accepted it. Time to the millisecond. */
record TakenReading(long sequence, Instant takenAt) {}
