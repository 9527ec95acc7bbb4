package io.emberwatch.collector.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Leaves everything in peace until nothing is under way any more. Used by one thread. */
final class Drain {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** Most of it arrives by itself. */
    private static final Duration IN_PEACE = Duration.ofSeconds(5);
    /** A probe may wait 30 s before it connects again, and once more when that fails. */
    private static final Duration AT_MOST = Duration.ofMinutes(2);

    private static final int MOST_STOPS = 5;

    private final Rig rig;
    private final FaultDriver driver;
    private final LedgerQueries queries;

    Drain(Rig rig, FaultDriver driver, LedgerQueries queries) {
        this.rig = rig;
        this.driver = driver;
        this.queries = queries;
    }

    /**
     * Returns what is still missing after the time allowed; empty if all has arrived. Probes are stopped then; those that
     * were still waiting to connect again do it at once in their next life.
     */
    List<String> run() throws IOException, InterruptedException {
        rig.heal();
        awaitNothingMissing(FaultKind.SPOOL_ON_DISK ? IN_PEACE : AT_MOST);
        for (int i = 0; i < MOST_STOPS; i++) {
            driver.stopProbes();
            List<ProbeUnderTest> behind =
                    rig.probes().stream().filter(probe -> !isStored(probe)).toList();
            if (behind.isEmpty()) {
                return awaitNothingMissing(AT_MOST);
            }
            driver.startProbes(behind);
            List<String> missing = awaitNothingMissing(AT_MOST);
            if (!missing.isEmpty()) {
                return missing;
            }
        }
        return List.of("probes that are stopped leave readings behind each time");
    }

    private List<String> awaitNothingMissing(Duration atMost) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
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
