package io.emberwatch.probe.model;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A machine's two clocks: the monotonic one only goes on, the wall clock may be set. Not thread-safe. */
final class ManualClock extends Clock {
    static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    private Instant now = START;
    private long nanos;

    void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    void set(Instant time) {
        now = time;
    }

    long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
