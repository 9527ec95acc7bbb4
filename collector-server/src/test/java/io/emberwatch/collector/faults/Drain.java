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

    /** The collector stores what a probe has said last, and that it has gone. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private static final int MOST_STOPS = 5;
    /** Readings that a healthy probe has taken and not yet seen stored. */
    private static final int UNDER_WAY = 2;

    private final Rig rig;
    private final FaultDriver driver;
    private final LedgerQueries queries;

    Drain(Rig rig, FaultDriver driver, LedgerQueries queries) {
        this.rig = rig;
        this.driver = driver;
        this.queries = queries;
    }

    /**
     * Returns what is still missing after the time allowed; empty if all has arrived. Probes are stopped then; those
     * that were still waiting to connect again do it at once in their next life.
     */
    List<String> run() throws IOException, InterruptedException {
        rig.heal();
        awaitNothingMissing(IN_PEACE);
        for (int i = 0; i < MOST_STOPS; i++) {
            driver.stopProbes();
            awaitNothingMissing(LAST_WORDS);
            List<ProbeUnderTest> behind =
                    rig.probes().stream().filter(probe -> !isAtRest(probe)).toList();
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
            queries.endDeadLeases(rig.collector().launchedAt());
            missing = missing();
        }
        return missing;
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (ProbeUnderTest probe : rig.probes()) {
            if (!isAtRest(probe)) {
                missing.add(probe.machine().name() + ": its session is "
                        + queries.sessionState(probe.machine().id())
                        + ", stored up to " + stored(probe) + ", but its probe has taken "
                        + probe.log().lastTaken(1));
            }
        }
        int mails = queries.count("mail_outbox WHERE state = 'pending'");
        if (mails > 0) {
            missing.add(mails + " mails are still to be sent");
        }
        return missing;
    }

    /**
     * Everything is stored, and its last word is known. One that is running has taken more by the time that this is
     * looked up.
     */
    private boolean isAtRest(ProbeUnderTest probe) {
        boolean running = probe.isRunning();
        long upTo = stored(probe) + (running ? UNDER_WAY : 0);
        return queries.sessionState(probe.machine().id()).equals(running ? "open" : "stopped")
                && probe.log().lastTaken(1).stream().allMatch(range -> range.first() <= upTo);
    }

    private long stored(ProbeUnderTest probe) {
        return queries.lastSequence(probe.machine().id());
    }
}
