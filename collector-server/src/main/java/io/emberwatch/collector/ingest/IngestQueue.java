package io.emberwatch.collector.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is received and not yet written, bounded in bytes over all writers. Each writer has a queue of its own; a
 * machine is always served by the same writer. Live readings go before history. Items count until the writer has
 * released them, not only until it has taken them. Thread-safe.
 */
public final class IngestQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final long maxBytes;
    private final List<WriterQueue> queues = new ArrayList<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private long usedBytes;
    private boolean closed;

    /**
     * @param writerCount number of writers, 1 or more
     * @param maxBytes weight of all items together; a single heavier item is let in when the queue is empty
     */
    IngestQueue(int writerCount, long maxBytes) {
        this.maxBytes = maxBytes;
        for (int i = 0; i < writerCount; i++) {
            queues.add(new WriterQueue(lock.newCondition()));
        }
    }

    /**
     * Hands an item to its machine's writer.
     *
     * @param whenSpace called once, by the thread that makes room, if there is none
     * @return whether it was added; if not, the caller keeps the item, takes in no more, and then tries again
     */
    public boolean offer(IngestItem item, Runnable whenSpace) {
        lock.lock();
        try {
            if (usedBytes > 0 && usedBytes + item.weightBytes() > maxBytes) {
                waiting.add(whenSpace);
                return false;
            }
            add(item);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a small item of the collector's own, however full the queue is. */
    public void addAlways(IngestItem item) {
        lock.lock();
        try {
            add(item);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for items of one writer.
     *
     * @param maxReadings takes no further item once it has this many readings
     * @param linger how long to wait for more once there is one, so that small batches share a transaction
     * @return in order; empty if the queue is closed and the writer's queue is drained
     */
    List<IngestItem> take(int writer, int maxReadings, Duration linger) throws InterruptedException {
        WriterQueue queue = queues.get(writer);
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty() && !closed) {
                queue.filled.await();
            }
            long nanos = linger.toNanos();
            while (nanos > 0 && queue.mayLinger(maxReadings) && !closed) {
                nanos = queue.filled.awaitNanos(nanos);
            }
            return queue.take(maxReadings);
        } finally {
            lock.unlock();
        }
    }

    /** The items are dealt with; makes room for as many bytes. */
    void release(List<IngestItem> items) {
        List<Runnable> toWake = new ArrayList<>();
        lock.lock();
        try {
            for (IngestItem item : items) {
                usedBytes -= item.weightBytes();
            }
            // Each of those that wait holds at most one item; half of the room is enough to let them all try again.
            if (usedBytes <= maxBytes / 2) {
                toWake.addAll(waiting);
                waiting.clear();
            }
        } finally {
            lock.unlock();
        }
        toWake.forEach(Runnable::run);
    }

    /** Lets the writers drain what is there and then stop. What is added later is drained too. */
    void close() {
        lock.lock();
        try {
            closed = true;
            queues.forEach(queue -> queue.filled.signalAll());
        } finally {
            lock.unlock();
        }
    }

    /** Whether less than half of it is taken: time for more than live readings. */
    public boolean isHalfEmpty() {
        return usedBytes() < maxBytes / 2;
    }

    /** Bytes taken by items that are not dealt with. */
    long usedBytes() {
        lock.lock();
        try {
            return usedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** How many writers there are, each with a queue of its own. */
    public int writerCount() {
        return queues.size();
    }

    private void add(IngestItem item) {
        WriterQueue queue = queues.get(Math.floorMod(item.machineId(), queues.size()));
        usedBytes += item.weightBytes();
        queue.add(item);
        queue.filled.signal();
    }

    /**
     * One writer's queue: history by itself, for live readings go first. History has its turn after each small helping
     * of the rest; while there is more of that than a transaction holds, after some. It never overtakes what was there
     * before it came: that may be the inventory that it refers to. Guarded by the queue's lock.
     */
    private static final class WriterQueue {
        /** Of so many transactions one is history's, when there is no time for it. */
        private static final int SMALL_SHARE = 8;
        /** Live readings may have to wait for one transaction of history, so that is not a large one. */
        private static final int MAX_HISTORY_READINGS = 1_000;

        /** Signalled when something is added. */
        private final Condition filled;

        private final Queue<IngestItem> live = new ArrayDeque<>();
        private final Queue<Past> history = new ArrayDeque<>();
        private int liveReadings;
        private long liveAdded;
        private long liveTaken;
        private int untilHistory = 1;

        WriterQueue(Condition filled) {
            this.filled = filled;
        }

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
}
