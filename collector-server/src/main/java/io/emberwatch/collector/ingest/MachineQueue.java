package io.emberwatch.collector.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one machine has for its writer, in order: history by itself, for live readings go first. History never overtakes
 * what was there before it came: that may be the inventory that it refers to. Not thread-safe.
 */
final class MachineQueue {
    private final int machineId;
    private final Deque<IngestItem> live = new ArrayDeque<>();
    private final Deque<Past> history = new ArrayDeque<>();
    /** Work that it may still hand over in this round; below zero it has taken more than its share before. */
    private long credit;

    private Pause pause = Pause.NONE;
    private boolean isAlone;

    MachineQueue(int machineId) {
        this.machineId = machineId;
    }

    /** Readings of the history, and how many of the others are still to go before them. */
    private static final class Past {
        final IngestItem item;
        int behind;

        Past(IngestItem item, int behind) {
            this.item = item;
            this.behind = behind;
        }
    }

    /**
     * Until when the machine is passed over, by {@code System.nanoTime}.
     *
     * @param ofHistoryOnly whether its live readings go on
     */
    private record Pause(boolean isOver, long untilNanos, boolean ofHistoryOnly) {
        static final Pause NONE = new Pause(true, 0, false);
    }

    int machineId() {
        return machineId;
    }

    void pauseUntil(long nanos, boolean ofHistoryOnly) {
        pause = new Pause(false, nanos, ofHistoryOnly);
    }

    boolean isPaused() {
        return !pause.isOver;
    }

    /** How long it still pauses; 0 or less if that is over. */
    long pauseNanos(long nowNanos) {
        return pause.untilNanos - nowNanos;
    }

    void goOn() {
        pause = Pause.NONE;
    }

    /** Whether it has its transactions for itself. */
    boolean isAlone() {
        return isAlone;
    }

    void setAlone(boolean alone) {
        isAlone = alone;
    }

    void add(IngestItem item) {
        if (item instanceof IngestItem.HistoryBatch) {
            history.add(new Past(item, live.size()));
        } else {
            live.add(item);
        }
    }

    /** Before all others: it was taken and not written. */
    void putBack(IngestItem item) {
        if (item instanceof IngestItem.HistoryBatch) {
            history.addFirst(new Past(item, 0));
        } else {
            live.addFirst(item);
            history.forEach(past -> past.behind++);
        }
    }

    /** Whether nothing need be remembered of it. */
    boolean isIdle() {
        return live.isEmpty() && history.isEmpty() && !isPaused() && !isAlone;
    }

    /** Whether it has something else than history, and may go on. */
    boolean liveMayGo() {
        return !live.isEmpty() && (pause.isOver || pause.ofHistoryOnly);
    }

    /** Whether it has history, may go on, and nothing has to be written before that. */
    boolean historyMayGo() {
        return !history.isEmpty() && history.peek().behind == 0 && pause.isOver;
    }

    /** Takes its share of a portion of what is not history. */
    List<IngestItem> takeLive(Portion portion, long quantum) {
        List<IngestItem> taken = new ArrayList<>();
        credit += quantum;
        while (!live.isEmpty() && credit > 0 && portion.hasRoom()) {
            Split split = split(live.remove(), portion.pieceWork);
            split.rest.forEach(live::addFirst);
            if (split.rest.isEmpty()) {
                history.forEach(past -> past.behind = Math.max(0, past.behind - 1));
            }
            taken.add(spend(split.first, portion));
        }
        settle(live.isEmpty());
        return taken;
    }

    /** The same of its history. */
    List<IngestItem> takeHistory(Portion portion, long quantum) {
        List<IngestItem> taken = new ArrayList<>();
        credit += quantum;
        while (historyMayGo() && credit > 0 && portion.hasRoomFor(history.peek().item)) {
            Split split = split(history.remove().item, portion.pieceWork);
            split.rest.forEach(rest -> history.addFirst(new Past(rest, 0)));
            taken.add(spend(split.first, portion));
        }
        settle(!historyMayGo());
        return taken;
    }

    private IngestItem spend(IngestItem item, Portion portion) {
        credit -= item.work();
        portion.add(item);
        return item;
    }

    /** Who has nothing to hand over saves nothing up. */
    private void settle(boolean hasNothingMore) {
        if (hasNothingMore) {
            credit = Math.min(credit, 0);
        }
    }

    private record Split(IngestItem first, List<IngestItem> rest) {}

    private static Split split(IngestItem item, int maxWork) {
        if (item.work() > maxWork && item instanceof IngestItem.Batch batch) {
            int count = batch.countWithin(maxWork);
            if (count < batch.readings().size()) {
                return new Split(batch.quietly(0, count), List.of(batch.from(count)));
            }
        }
        return new Split(item, List.of());
    }

    /** What one transaction may take, and has. */
    static final class Portion {
        private final int maxReadings;
        private final int maxWork;
        private final int pieceWork;
        private int readings;
        private long work;

        /** @param pieceWork most work of one item; a larger one is divided */
        Portion(int maxReadings, int maxWork, int pieceWork) {
            this.maxReadings = maxReadings;
            this.maxWork = maxWork;
            this.pieceWork = pieceWork;
        }

        /** Whether anything more may be taken; the first item always. */
        boolean hasRoom() {
            return readings < maxReadings && work < maxWork;
        }

        /** Whether this may be taken too without exceeding the number of readings; the first item always. */
        boolean hasRoomFor(IngestItem item) {
            return hasRoom() && (work == 0 || readings + item.readingCount() <= maxReadings);
        }

        private void add(IngestItem item) {
            readings += item.readingCount();
            work += item.work();
        }
    }
}
