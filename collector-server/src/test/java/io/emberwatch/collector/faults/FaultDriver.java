package io.emberwatch.collector.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Does what is planned, when it is planned, and mends it again. Used by one thread. */
final class FaultDriver {
    private static final Duration LOOK_AFTER = Duration.ofMillis(250);

    /** @param begunAt of what is to be mended */
    private record Step(Duration at, PlannedFault fault, Optional<Instant> begunAt) {}

    private final Rig rig;
    private final FaultInjector injector;
    private final Keeper keeper;
    private final PrintStream out;
    private final List<Excuse> excuses = new ArrayList<>();
    /** A place has its rest even where the last fault was mended late. */
    private final Map<PlannedFault.Site, Duration> freeAt = new HashMap<>();

    private final long start = System.nanoTime();

    FaultDriver(Rig rig, PrintStream out) {
        this.rig = rig;
        this.out = out;
        this.keeper = new Keeper(rig);
        this.injector = new FaultInjector(rig, keeper);
    }

    /** Returns once the last fault is mended. */
    void run(List<PlannedFault> plan) throws IOException, InterruptedException {
        PriorityQueue<Step> steps = new PriorityQueue<>(Comparator.comparing(Step::at));
        plan.forEach(fault -> steps.add(new Step(fault.at(), fault, Optional.empty())));
        while (!steps.isEmpty()) {
            Step next = steps.remove();
            waitUntil(next.at());
            PlannedFault fault = next.fault();
            Duration free = freeAt.getOrDefault(fault.site(), Duration.ZERO);
            if (next.begunAt().isPresent()) {
                injector.undo(fault);
                excuses.addAll(Excuses.of(fault, next.begunAt().get(), Instant.now()));
                freeAt.put(fault.site(), elapsed().plus(rest(fault)));
            } else if (free.compareTo(elapsed()) > 0) {
                steps.add(new Step(free, fault, Optional.empty()));
            } else {
                Instant begun = Instant.now();
                say(fault.toString() + injector.begin(fault));
                freeAt.put(fault.site(), elapsed().plus(fault.lasts()).plus(rest(fault)));
                steps.add(new Step(elapsed().plus(fault.lasts()), fault, Optional.of(begun)));
            }
        }
    }

    /** What ended, though nobody had ended it. */
    List<String> problems() {
        return keeper.problems();
    }

    List<Excuse> excuses() {
        return List.copyOf(excuses);
    }

    /** Keeps everything running for a while. */
    void keepFor(Duration duration) throws IOException, InterruptedException {
        waitUntil(elapsed().plus(duration));
    }

    /** SIGTERM to all at once; returns when they have said goodbye. */
    void stopProbes() throws InterruptedException {
        for (ProbeUnderTest probe : rig.probes()) {
            keeper.down(probe);
            if (probe.isRunning()) {
                probe.stop();
            }
        }
        for (ProbeUnderTest probe : rig.probes()) {
            probe.awaitEnd();
        }
    }

    void startProbes(List<ProbeUnderTest> probes) throws IOException {
        for (ProbeUnderTest probe : probes) {
            keeper.up(probe);
        }
    }

    /** SIGTERM; the database is there, so that it has nothing to wait for. */
    void stopCollector() throws InterruptedException {
        injector.stopCollector();
    }

    void say(String what) {
        long millis = elapsed().toMillis();
        out.printf(Locale.ROOT, "%02d:%04.1f %s%n", millis / 60_000, millis % 60_000 / 1000.0, what);
    }

    private void waitUntil(Duration at) throws IOException, InterruptedException {
        for (Duration left = at.minus(elapsed()); !left.isNegative(); left = at.minus(elapsed())) {
            keeper.look();
            TimeUnit.MILLISECONDS.sleep(Math.min(left.toMillis() + 1, LOOK_AFTER.toMillis()));
        }
        keeper.look();
    }

    private static Duration rest(PlannedFault fault) {
        return Duration.ofMillis(fault.kind().place().restMillis());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
