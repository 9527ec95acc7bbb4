package io.emberwatch.collector.faults;

/** Which way bytes go through a {@link FaultProxy}. */
enum Direction {
    /** From who connected. */
    TO_SERVER,
    TO_CLIENT
}
