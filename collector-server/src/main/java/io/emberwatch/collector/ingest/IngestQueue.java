package io.emberwatch.collector.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is received and not yet written, bounded in bytes over all lanes. A lane is what one writer takes from; a machine
 * is always on the same lane. Live readings go before history. Items count until the writer has released them, not only until it has taken them.
 * Thread-safe.
 */
final class IngestQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final long maxBytes;
    private final List<Lane> lanes = new ArrayList<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private long usedBytes;
    private boolean closed;

    /**
     * @param laneCount number of writers, 1 or more
     * @param maxBytes weight of all items together; a single heavier item is let in when the queue is empty
     */
    IngestQueue(int laneCount, long maxBytes) {
        this.maxBytes = maxBytes;
        for (int i = 0; i < laneCount; i++) {
            lanes.add(new Lane(new IngestLane(), lock.newCondition()));
        }
    }

    /**
     * Adds an item.
     *
     * @param whenSpace called once, by the thread that makes room, if there is none; the caller then tries again
     * @return whether it was added
     */
    boolean offer(IngestItem item, Runnable whenSpace) {
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
    void addAlways(IngestItem item) {
        lock.lock();
        try {
            add(item);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for items of a lane.
     *
     * @param maxReadings takes no further item once it has this many readings
     * @param linger how long to wait for more once there is one, so that small batches share a transaction
     * @return in order; empty if the queue is closed and the lane is drained
     */
    List<IngestItem> take(int laneIndex, int maxReadings, Duration linger) throws InterruptedException {
        Lane lane = lanes.get(laneIndex);
        lock.lockInterruptibly();
        try {
            while (lane.content.isEmpty() && !closed) {
                lane.filled.await();
            }
            long nanos = linger.toNanos();
            while (nanos > 0 && lane.content.mayLinger(maxReadings) && !closed) {
                nanos = lane.filled.awaitNanos(nanos);
            }
            return lane.content.take(maxReadings);
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
            lanes.forEach(lane -> lane.filled.signalAll());
        } finally {
            lock.unlock();
        }
    }

    /** Whether less than half of it is taken. */
    boolean isHalfEmpty() {
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

    int laneCount() {
        return lanes.size();
    }

    private void add(IngestItem item) {
        Lane lane = lanes.get(Math.floorMod(item.machineId(), lanes.size()));
        usedBytes += item.weightBytes();
        lane.content.add(item);
        lane.filled.signal();
    }

    /**
     * One writer's part.
     *
     * @param filled signalled when something is added
     */
    private record Lane(IngestLane content, Condition filled) {}
}
