package io.emberwatch.probe.spool.disk;

import java.util.ArrayList;
import java.util.List;

/** Rising sequences, kept as intervals. Not thread-safe. */
final class Runs {
    private final List<Interval> runs = new ArrayList<>();

    /** @param sequence more than all before it */
    void add(long sequence) {
        int end = runs.size() - 1;
        if (end >= 0 && runs.get(end).last() + 1 == sequence) {
            runs.set(end, new Interval(runs.get(end).first(), sequence));
        } else {
            runs.add(new Interval(sequence, sequence));
        }
    }

    /** @param run behind all before it */
    void add(Interval run) {
        runs.add(run);
    }

    void remove(Interval gone) {
        List<Interval> rest = new ArrayList<>();
        for (Interval run : runs) {
            if (!run.overlaps(gone)) {
                rest.add(run);
                continue;
            }
            if (run.first() < gone.first()) {
                rest.add(new Interval(run.first(), gone.first() - 1));
            }
            if (gone.last() < run.last()) {
                rest.add(new Interval(gone.last() + 1, run.last()));
            }
        }
        runs.clear();
        runs.addAll(rest);
    }

    void removeFrom(long sequence) {
        if (!runs.isEmpty() && last() >= sequence) {
            remove(new Interval(sequence, last()));
        }
    }

    List<Interval> intervals() {
        return runs;
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /** Only if not empty. */
    long last() {
        return runs.get(runs.size() - 1).last();
    }

    long size() {
        return runs.stream().mapToLong(Interval::size).sum();
    }

    long count(UnackedRanges outstanding) {
        long count = 0;
        for (Interval run : runs) {
            count += outstanding.count(run);
        }
        return count;
    }
}
