package io.emberwatch.collector.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * What one writer has before it: history by itself, for live readings go first. History has its turn after each small
 * helping of the rest; while there is more of that than a transaction holds, after some. It never overtakes what was there
 * before it came: that may be the inventory that it refers to. Not thread-safe.
 */
final class IngestLane {
    /** Of so many transactions one is history's, when there is no time for it. */
    private static final int SMALL_SHARE = 8;
    /** Live readings may have to wait for one transaction of history, so that is not a large one. */
    private static final int MAX_HISTORY_READINGS = 1_000;

    private final Queue<IngestItem> live = new ArrayDeque<>();
    private final Queue<Past> history = new ArrayDeque<>();
    private int liveReadings;
    private long liveAdded;
    private long liveTaken;
    private int untilHistory = 1;

    /** @param after how many of the others were added before it */
    private record Past(IngestItem item, long after) {}

    void add(IngestItem item) {
        if (item instanceof IngestItem.HistoryBatch) {
            history.add(new Past(item, liveAdded));
        } else {
            live.add(item);
            liveAdded++;
            liveReadings += item.readingCount();
        }
    }

    boolean isEmpty() {
        return live.isEmpty() && history.isEmpty();
    }

    /** Whether it is worth while to wait for more: live readings are there, but not many, and nothing else is. */
    boolean mayLinger(int maxReadings) {
        return history.isEmpty() && !live.isEmpty() && liveReadings < maxReadings;
    }

    /** What to write next, in order: either history or the rest. */
    List<IngestItem> take(int maxReadings) {
        boolean historyMayGo = !history.isEmpty() && history.peek().after() <= liveTaken;
        if (historyMayGo && (live.isEmpty() || untilHistory <= 0)) {
            return takeHistory(Math.min(maxReadings, MAX_HISTORY_READINGS));
        }
        List<IngestItem> taken = new ArrayList<>();
        int readings = 0;
        while (!live.isEmpty() && (taken.isEmpty() || readings < maxReadings)) {
            IngestItem item = live.remove();
            readings += item.readingCount();
            taken.add(item);
        }
        liveTaken += taken.size();
        liveReadings -= readings;
        boolean isBusy = readings >= maxReadings;
        untilHistory = history.isEmpty() ? 1 : isBusy ? untilHistory - 1 : 0;
        return taken;
    }

    private List<IngestItem> takeHistory(int maxReadings) {
        List<IngestItem> taken = new ArrayList<>();
        int readings = 0;
        while (!history.isEmpty()
                && history.peek().after() <= liveTaken
                && (taken.isEmpty() || readings + history.peek().item().readingCount() <= maxReadings)) {
            IngestItem item = history.remove().item();
            readings += item.readingCount();
            taken.add(item);
        }
        untilHistory = SMALL_SHARE - 1;
        return taken;
    }
}
