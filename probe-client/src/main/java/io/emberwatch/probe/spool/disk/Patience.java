package io.emberwatch.probe.spool.disk;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How long others wait for the thread <em>spool</em>, before the disk counts as hanging.
 *
 * @param open at a start, for what is on disk
 * @param write for a reading to be written; asked for each, so that a test's may depend on what it has made hang
 * @param close for a good end, or for a new boot id
 */
record Patience(Duration open, Supplier<Duration> write, Duration close) {
    static final Patience USUAL =
            new Patience(Duration.ofSeconds(10), () -> Duration.ofSeconds(1), Duration.ofSeconds(5));
}
