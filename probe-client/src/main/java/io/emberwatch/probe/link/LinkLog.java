package io.emberwatch.probe.link;

import io.emberwatch.probe.link.connect.Advice;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.conf.Durations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what becomes of the link: one line when something goes wrong, and no more while it stays the same; and once
 * each, over however many sessions, that history was deferred and that all of it has arrived. Not thread-safe.
 */
final class LinkLog {
    private static final Logger LOG = LoggerFactory.getLogger(LinkLog.class);
    private static final Duration SMALL_SKEW = Duration.ofSeconds(30);

    private final Connector connector;
    private final String machineName;
    private final LinkMonitor monitor;
    private final LongSupplier nanoTime;
    private String lastProblem = "";
    private String lastError = "";
    private boolean isBackfilling;
    private long backfillSinceNanos;

    LinkLog(Connector connector, String machineName, LinkMonitor monitor, LongSupplier nanoTime) {
        this.connector = connector;
        this.machineName = machineName;
        this.monitor = monitor;
        this.nanoTime = nanoTime;
    }

    void connected(Welcome welcome, String address, long waiting, Clock clock) {
        lastProblem = "";
        LOG.info("connected to {} ({}) as {}; {} readings wait", connector, address, machineName, waiting);
        Duration skew = Duration.between(welcome.serverClock(), clock.instant());
        if (skew.abs().compareTo(SMALL_SKEW) > 0) {
            LOG.warn("this machine's clock differs from the collector's by {} s", skew.toSeconds());
        }
    }

    /** Why a session ended. */
    void ended(SessionEnd end, Duration wait) {
        if (end instanceof SessionEnd.Broken broken) {
            error(broken.error());
        }
        String problem = describe(end);
        monitor.failed(problem);
        if (problem.equals(lastProblem)) {
            LOG.debug("{}; next try in {} ms", problem, wait.toMillis());
        } else {
            LOG.warn("{}; next try in {} s", problem, (wait.toMillis() + 999) / 1000);
            lastProblem = problem;
        }
    }

    void samplingHangs(Instant lastSampleAt) {
        String problem =
                "sampling hangs since " + lastSampleAt + "; staying disconnected so that the collector notices";
        if (!problem.equals(lastProblem)) {
            LOG.error(problem);
            lastProblem = problem;
            monitor.failed(problem);
        }
    }

    void samplesComeAgain() {
        LOG.info("samples come again");
    }

    void numberedAnew(SessionEnd.GoneBack end, long readings) {
        String problem = connector + " has readings up to " + end.stored() + ", but this probe has taken only "
                + end.numbered() + ": its spool has gone back in time, as when a disk image is restored; the "
                + readings
                + " readings that it holds are numbered anew";
        monitor.failed(problem);
        LOG.warn(problem);
    }

    void stopped(long unacknowledged) {
        LOG.info("stopped; {} readings were not acknowledged", unacknowledged);
    }

    /** A session may have deferred history. */
    void sent(Outgoing outgoing, Spool spool) {
        if (isBackfilling || !outgoing.lacksHistory()) {
            return;
        }
        isBackfilling = true;
        backfillSinceNanos = nanoTime.getAsLong();
        List<Sample.Numbered> oldest = spool.peek(0, WireLimits.MAX_SEQUENCE, 1);
        if (!oldest.isEmpty()) {
            LOG.info(
                    "{} readings from {} on wait; sending the newest first, the others as fast as the collector asks",
                    spool.depth(),
                    oldest.get(0).sample().takenAt());
        }
    }

    /** The collector may have all of it. */
    void acknowledged(Outgoing outgoing) {
        if (isBackfilling && !outgoing.lacksHistory()) {
            isBackfilling = false;
            Duration taken =
                    Duration.ofSeconds(Math.max(1, (nanoTime.getAsLong() - backfillSinceNanos) / 1_000_000_000));
            LOG.info("the collector has all readings of the outage, after {}", Durations.print(taken));
        }
    }

    /** With its stack trace, once; unlike other problems it may come back in each session. */
    private void error(RuntimeException error) {
        if (!error.toString().equals(lastError)) {
            LOG.error("a session stopped at an error of Emberwatch itself; readings are kept", error);
            lastError = error.toString();
        }
    }

    private String describe(SessionEnd end) {
        if (end instanceof SessionEnd.Rejected rejected) {
            return connector + " refused " + machineName + ": "
                    + rejected.refusal().code() + ", "
                    + Texts.printable(rejected.refusal().text()) + ": "
                    + Advice.on(rejected.refusal().code(), machineName);
        }
        if (end instanceof SessionEnd.Untrusted untrusted) {
            return connector + " is not trusted: " + untrusted.reason();
        }
        if (end instanceof SessionEnd.CollectorLeft left) {
            return connector + " says goodbye: " + Texts.printable(left.bye().text());
        }
        if (end instanceof SessionEnd.GoneBack back) {
            return connector + " claims reading " + back.stored() + " of " + back.numbered()
                    + ", though they were numbered anew: this is a defect: please report it with this line";
        }
        if (end instanceof SessionEnd.Broken broken) {
            return connector + ": " + broken.error();
        }
        return connector + ": " + (end instanceof SessionEnd.Lost lost ? lost.reason() : "stopped");
    }
}
