package io.emberwatch.probe.link;

import io.emberwatch.probe.reading.SpooledReading;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.conf.Durations;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells, once each, that history was put off and that all of it has arrived, over however many sessions. Not thread-safe. */
final class HistoryLog {
    private static final Logger log = LoggerFactory.getLogger(HistoryLog.class);

    private final LongSupplier nanoTime;
    private boolean begun;
    private long begunNanos;

    /** @param nanoTime {@link System#nanoTime()} */
    HistoryLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A session may have put history off. */
    void sent(Outgoing outgoing, Spool spool) {
        if (begun || !outgoing.lacksHistory()) {
            return;
        }
        begun = true;
        begunNanos = nanoTime.getAsLong();
        List<SpooledReading> oldest = spool.peek(0, WireLimits.MAX_SEQUENCE, 1);
        if (!oldest.isEmpty()) {
            log.info(
                    "{} readings from {} on wait; sending the newest first, the others as fast as the collector asks",
                    spool.depth(),
                    oldest.get(0).sample().takenAt());
        }
    }

    /** The collector may have all of it. */
    void acknowledged(Outgoing outgoing) {
        if (begun && !outgoing.lacksHistory()) {
            begun = false;
            Duration taken = Duration.ofSeconds(Math.max(1, (nanoTime.getAsLong() - begunNanos) / 1_000_000_000));
            log.info("the collector has all readings of the outage, after {}", Durations.print(taken));
        }
    }
}
