package io.emberwatch.collector.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The service manager of everything: starts what is to run and does not. A probe that ends by itself is a failure; so
 * is a collector, except that it may give up in its first moments, when it does not find its database. Used by one
 * thread.
 */
final class Keeper {
    private static final Duration START_AGAIN_AFTER = Duration.ofSeconds(1);
    /** In this time a collector that has just started may find that its database is away, and give up. */
    private static final Duration FIRST_MOMENTS = Duration.ofSeconds(20);

    private final Rig rig;
    private final Set<ProbeUnderTest> downOnPurpose = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private boolean collectorDownOnPurpose;
    private long collectorStartedNanos = System.nanoTime();
    private long databaseWellSinceNanos = System.nanoTime();
    private int databaseTroubles;
    private int startsWithoutDatabase;

    Keeper(Rig rig) {
        this.rig = rig;
    }

    /** Call it often. */
    void look() throws IOException {
        for (ProbeUnderTest probe : rig.probes()) {
            if (!probe.isRunning() && !downOnPurpose.contains(probe)) {
                problems.add(probe.machine().name() + ": the probe has ended by itself; see " + probe.folder());
                probe.start();
            }
        }
        if (!collectorDownOnPurpose
                && !rig.collector().isAlive()
                && since(collectorStartedNanos).compareTo(START_AGAIN_AFTER) > 0) {
            if (mayHaveGivenUp()) {
                startsWithoutDatabase++;
            } else {
                problems.add("the collector has ended by itself; see its log");
            }
            launchCollector();
        }
    }

    private boolean mayHaveGivenUp() {
        boolean wasAway = databaseTroubles > 0 || databaseWellSinceNanos > collectorStartedNanos;
        return wasAway && since(collectorStartedNanos).compareTo(FIRST_MOMENTS) < 0;
    }

    void down(ProbeUnderTest probe) {
        downOnPurpose.add(probe);
    }

    void up(ProbeUnderTest probe) throws IOException {
        downOnPurpose.remove(probe);
        probe.start();
    }

    void collectorDown() {
        collectorDownOnPurpose = true;
    }

    void collectorUp() throws IOException {
        collectorDownOnPurpose = false;
        launchCollector();
    }

    /** The database, or the way to it, is not what it should be until {@link #databaseWell()}. */
    void databaseTrouble() {
        databaseTroubles++;
    }

    void databaseWell() {
        databaseTroubles--;
        databaseWellSinceNanos = System.nanoTime();
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    int startsWithoutDatabase() {
        return startsWithoutDatabase;
    }

    private void launchCollector() throws IOException {
        collectorStartedNanos = System.nanoTime();
        rig.collector().launch();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
