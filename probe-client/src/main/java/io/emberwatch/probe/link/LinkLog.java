package io.emberwatch.probe.link;

import io.emberwatch.probe.link.connect.Advice;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.Welcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people what becomes of the link: one line when something goes wrong, and no more while it stays the same. */
final class LinkLog {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final Duration SMALL_SKEW = Duration.ofSeconds(30);

    private final Connector connector;
    private final String machineName;
    private final LinkMonitor monitor;
    private String lastProblem = "";
    private String lastError = "";

    LinkLog(Connector connector, String machineName, LinkMonitor monitor) {
        this.connector = connector;
        this.machineName = machineName;
        this.monitor = monitor;
    }

    void connected(Welcome welcome, long waiting, Clock clock) {
        lastProblem = "";
        log.info("connected to {} as {}; {} readings wait", connector, machineName, waiting);
        Duration skew = Duration.between(welcome.serverClock(), clock.instant());
        if (skew.abs().compareTo(SMALL_SKEW) > 0) {
            log.warn("this machine's clock differs from the collector's by {} s", skew.toSeconds());
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
            log.debug("{}; next try in {} ms", problem, wait.toMillis());
        } else {
            log.warn("{}; next try in {} s", problem, (wait.toMillis() + 999) / 1000);
            lastProblem = problem;
        }
    }

    void samplingHangs(Instant lastSampleAt) {
        String problem =
                "sampling hangs since " + lastSampleAt + "; staying disconnected so that the collector notices";
        if (!problem.equals(lastProblem)) {
            log.error(problem);
            lastProblem = problem;
            monitor.failed(problem);
        }
    }

    void samplesComeAgain() {
        log.info("samples come again");
    }

    void numberedAnew(SessionEnd.GoneBack end, long readings) {
        String problem = connector + " has readings up to " + end.stored() + ", but this probe has taken only "
                + end.numbered() + ": its spool has gone back in time, as when a disk image is restored; the "
                + readings
                + " readings that it holds are numbered anew";
        monitor.failed(problem);
        log.warn(problem);
    }

    void stopped(long unacknowledged) {
        log.info("stopped; {} readings were not acknowledged", unacknowledged);
    }

    /** With its stack trace, once; unlike other problems it may come back in each session. */
    private void error(RuntimeException error) {
        if (!error.toString().equals(lastError)) {
            log.error("a session stopped at an error of Emberwatch itself; readings are kept", error);
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
