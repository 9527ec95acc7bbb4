package io.emberwatch.collector.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Which faults come when: the same for the same seed. Not thread-safe. */
final class FaultPlan {
    private static final int TRIES = 50;

    private final Random random;
    private final int probes;
    private final Map<PlannedFault.Site, Long> freeAtMillis = new HashMap<>();
    private final List<PlannedFault> faults = new ArrayList<>();

    private FaultPlan(long seed, int probes) {
        this.random = new Random(seed);
        this.probes = probes;
    }

    /**
     * Kills and other faults, both spread over the whole length; of each kind one, if there are so many, before any
     * comes again. Two faults of one place do not overlap, so that what is planned can be done.
     *
     * @return in the order in which they begin
     */
    static List<PlannedFault> of(long seed, Duration length, int probes, int kills, int others) {
        FaultPlan plan = new FaultPlan(seed, probes);
        List<FaultKind> killKinds = plan.deck(FaultKind.kills(), kills);
        List<FaultKind> otherKinds = plan.deck(FaultKind.others(), others);
        plan.place(killKinds, plan.times(length, kills), otherKinds, plan.times(length, others));
        plan.faults.sort(Comparator.comparing(PlannedFault::at));
        return List.copyOf(plan.faults);
    }

    private List<FaultKind> deck(List<FaultKind> kinds, int count) {
        List<FaultKind> deck = new ArrayList<>(kinds);
        Collections.shuffle(deck, random);
        int weights = kinds.stream().mapToInt(FaultKind::weight).sum();
        while (deck.size() < count) {
            int drawn = random.nextInt(weights);
            int next = 0;
            while (drawn >= kinds.get(next).weight()) {
                drawn -= kinds.get(next++).weight();
            }
            deck.add(kinds.get(next));
        }
        return deck.subList(0, count);
    }

    /** One at random in each of {@code count} equal parts. */
    private List<Long> times(Duration length, int count) {
        return LongStream.range(0, count)
                .mapToObj(i -> (long) ((i + random.nextDouble()) * length.toMillis() / count))
                .toList();
    }

    /** Whichever comes first, in turn: so that a place is free or not by what was before. */
    private void place(List<FaultKind> kills, List<Long> killTimes, List<FaultKind> others, List<Long> otherTimes) {
        int kill = 0;
        int other = 0;
        while (kill < kills.size() || other < others.size()) {
            boolean killNext =
                    other == others.size() || (kill < kills.size() && killTimes.get(kill) <= otherTimes.get(other));
            if (killNext) {
                add(kills.get(kill), killTimes.get(kill++));
            } else {
                add(others.get(other), otherTimes.get(other++));
            }
        }
    }

    /** At the time wanted if the place is free, of one probe at least; else as soon as it is. */
    private void add(FaultKind kind, long wantedMillis) {
        PlannedFault.Site where = where(kind);
        for (int i = 1; i < TRIES && freeAt(where) > wantedMillis; i++) {
            PlannedFault.Site next = where(kind);
            where = freeAt(next) < freeAt(where) ? next : where;
        }
        long atMillis = Math.max(wantedMillis, freeAt(where));
        long lastsMillis = random.nextLong(kind.shortestMillis(), kind.longestMillis() + 1L);
        freeAtMillis.put(where, atMillis + lastsMillis + kind.place().restMillis());
        faults.add(new PlannedFault(
                Duration.ofMillis(atMillis), kind, where.probe(), Duration.ofMillis(lastsMillis), random.nextLong()));
    }

    private PlannedFault.Site where(FaultKind kind) {
        return new PlannedFault.Site(kind.place(), kind.place().isPerProbe() ? random.nextInt(probes) : 0);
    }

    private long freeAt(PlannedFault.Site where) {
        return freeAtMillis.getOrDefault(where, 0L);
    }
}
