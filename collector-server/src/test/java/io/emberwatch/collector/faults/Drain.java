package io.emberwatch.collector.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Leaves everything in peace until nothing is under way any more. Used by one thread. */
final class Drain {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** A probe may wait 30 s before it connects again, and once more when that fails. */
    private static final Duration AT_MOST = Duration.ofSeconds(150);

    private static final int MOST_STOPS = 5;

    private final Rig rig;
    private final FaultDriver driver;
    private final LedgerQueries queries;

    Drain(Rig rig, FaultDriver driver, LedgerQueries queries) {
        this.rig = rig;
        this.driver = driver;
        this.queries = queries;
    }

    /** Returns what is still missing after the time allowed; empty if all has arrived, and all processes are stopped. */
    List<String> run() throws IOException, InterruptedException {
        rig.heal();
        List<String> missing = awaitNothingMissing();
        for (int i = 0; i < MOST_STOPS && missing.isEmpty(); i++) {
            driver.stopProbes();
            List<ProbeUnderTest> behind =
                    rig.probes().stream().filter(probe -> !isStored(probe)).toList();
            missing = behind.isEmpty() ? awaitNothingMissing() : goOn(behind);
            if (behind.isEmpty()) {
                return missing;
            }
        }
        return missing.isEmpty() ? List.of("probes that are stopped leave readings behind each time") : missing;
    }

    /** What a probe could not send before it had to stop, it sends in its next life. */
    private List<String> goOn(List<ProbeUnderTest> behind) throws IOException, InterruptedException {
        driver.startProbes(behind);
        return awaitNothingMissing();
    }

    private List<String> awaitNothingMissing() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + AT_MOST.toNanos();
        List<String> missing = missing();
        while (!missing.isEmpty() && System.nanoTime() < deadline) {
            driver.keepFor(LOOK_EVERY);
            queries.endDeadLeases();
            missing = missing();
        }
        return missing;
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (ProbeUnderTest probe : rig.probes()) {
            if (!isStored(probe)) {
                missing.add(probe.machine().name() + ": stored up to " + stored(probe) + ", but its probe has taken "
                        + probe.log().lastTaken(1));
            }
        }
        int mails = queries.count("mail_outbox WHERE state = 'pending'");
        if (mails > 0) {
            missing.add(mails + " mails are still to be sent");
        }
        return missing;
    }

    /** One that is running has taken more by the time that this is known. */
    private boolean isStored(ProbeUnderTest probe) {
        return probe.log().lastTaken(1).stream()
                .allMatch(range -> range.first() <= stored(probe) + (probe.isRunning() ? 2 : 0));
    }

    private long stored(ProbeUnderTest probe) {
        return queries.lastSequence(probe.machine().id());
    }
}
