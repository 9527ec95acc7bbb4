package io.emberwatch.probe.spool.disk;

import java.util.ArrayList;
import java.util.List;

/** Rising sequences, kept as ranges. Not thread-safe. */
final class SequenceRanges {
    private final List<SequenceRange> runs = new ArrayList<>();

    /** @param sequence more than all before it */
    void add(long sequence) {
        int end = runs.size() - 1;
        if (end >= 0 && runs.get(end).last() + 1 == sequence) {
            runs.set(end, new SequenceRange(runs.get(end).first(), sequence));
        } else {
            runs.add(new SequenceRange(sequence, sequence));
        }
    }

    /** @param run behind all before it */
    void add(SequenceRange run) {
        runs.add(run);
    }

    void remove(SequenceRange gone) {
        List<SequenceRange> rest = new ArrayList<>();
        for (SequenceRange run : runs) {
            if (!run.overlaps(gone)) {
                rest.add(run);
                continue;
            }
            if (run.first() < gone.first()) {
                rest.add(new SequenceRange(run.first(), gone.first() - 1));
            }
            if (gone.last() < run.last()) {
                rest.add(new SequenceRange(gone.last() + 1, run.last()));
            }
        }
        runs.clear();
        runs.addAll(rest);
    }

    void removeFrom(long sequence) {
        if (!runs.isEmpty() && last() >= sequence) {
            remove(new SequenceRange(sequence, last()));
        }
    }

    List<SequenceRange> ranges() {
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
        return runs.stream().mapToLong(SequenceRange::size).sum();
    }

    long count(UnackedRanges unacked) {
        long count = 0;
        for (SequenceRange run : runs) {
            count += unacked.count(run);
        }
        return count;
    }
}
