package io.emberwatch.collector.ingest;

import io.emberwatch.collector.ingest.WriterQueue.Turn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is received and not yet written, bounded in bytes over all writers and for each machine. Each writer has a queue
 * of its own, in which machines take turns; a machine is always served by the same writer. Items count until the writer
 * has released them, not only until it has taken them. Thread-safe.
 */
public final class IngestQueue {
    /** So many machines together may fill half of it, so that others are still asked for their history. */
    private static final int MACHINES_TO_FILL_HALF = 16;

    private static final long MIN_BYTES_EACH = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final long maxBytes;
    private final long maxBytesEach;
    private final List<Lane> lanes = new ArrayList<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Map<Integer, Long> usedBytesByMachine = new HashMap<>();
    private long usedBytes;
    private boolean closed;

    /** @param filled signalled when something is added */
    private record Lane(WriterQueue queue, Condition filled) {}

    private record Waiting(int machineId, Runnable whenSpace) {}

    /**
     * @param writerCount number of writers, 1 or more
     * @param maxBytes weight of all items together; up to twice as much if machines that have nothing in it fill it
     */
    IngestQueue(int writerCount, long maxBytes) {
        this.maxBytes = maxBytes;
        this.maxBytesEach = Math.max(MIN_BYTES_EACH, maxBytes / 2 / MACHINES_TO_FILL_HALF);
        for (int i = 0; i < writerCount; i++) {
            lanes.add(new Lane(new WriterQueue(), lock.newCondition()));
        }
    }

    /**
     * Hands an item to its machine's writer. A machine that has nothing in the queue is let in whatever the others have
     * there, also with an item that is heavier than its share.
     *
     * @param whenSpace called once, by the thread that makes room, if there is none
     * @return whether it was added; if not, the caller keeps the item, takes in no more, and then tries again
     */
    public boolean offer(IngestItem item, Runnable whenSpace) {
        lock.lock();
        try {
            if (!hasRoomFor(item)) {
                waiting.add(new Waiting(item.machineId(), whenSpace));
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
     * @return empty if the queue is closed and the writer's queue is drained, but for machines that are to pause
     */
    Turn take(int writer, int maxReadings, Duration linger) throws InterruptedException {
        Lane lane = lanes.get(writer);
        lock.lockInterruptibly();
        try {
            while (!lane.queue.hasTurn(System.nanoTime()) && !closed) {
                // Whether woken or not: the loop looks again.
                var unused = lane.filled.awaitNanos(lane.queue.pauseNanos(System.nanoTime()));
            }
            long nanos = linger.toNanos();
            while (nanos > 0 && lane.queue.mayLinger(maxReadings) && !closed) {
                nanos = lane.filled.awaitNanos(nanos);
            }
            return lane.queue.take(maxReadings, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Has items that were taken and not written come first again, in this order; besides, they are to be released. */
    void putBack(int writer, List<IngestItem> items) {
        lock.lock();
        try {
            items.forEach(item -> weigh(item.machineId(), item.weightBytes()));
            lanes.get(writer).queue.putBack(items);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Passes a machine over for a while.
     *
     * @param historyOnly whether its live readings go on
     */
    void pause(int writer, int machineId, Duration pause, boolean historyOnly) {
        lock.lock();
        try {
            lanes.get(writer).queue.pause(machineId, System.nanoTime() + pause.toNanos(), historyOnly);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a machine transactions of its own, small ones, or has it share them with the others again. */
    void setAlone(int writer, int machineId, boolean isAlone) {
        lock.lock();
        try {
            lanes.get(writer).queue.setAlone(machineId, isAlone);
        } finally {
            lock.unlock();
        }
    }

    /** The items are dealt with; makes room for as many bytes. */
    void release(List<IngestItem> items) {
        List<Runnable> toWake = new ArrayList<>();
        lock.lock();
        try {
            items.forEach(item -> weigh(item.machineId(), -item.weightBytes()));
            for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
                Waiting one = all.next();
                if (mayTryAgain(one.machineId())) {
                    toWake.add(one.whenSpace());
                    all.remove();
                }
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
        return lanes.size();
    }

    private void add(IngestItem item) {
        Lane lane = lanes.get(Math.floorMod(item.machineId(), lanes.size()));
        weigh(item.machineId(), item.weightBytes());
        lane.queue.add(item);
        lane.filled.signal();
    }

    private boolean hasRoomFor(IngestItem item) {
        long ofMachine = usedBytesOf(item.machineId());
        long after = usedBytes + item.weightBytes();
        return ofMachine == 0
                ? usedBytes == 0 || after <= 2 * maxBytes
                : after <= maxBytes && ofMachine + item.weightBytes() <= maxBytesEach;
    }

    /** Each of those that wait holds at most one item; half of the room is enough to let them all try again. */
    private boolean mayTryAgain(int machineId) {
        long ofMachine = usedBytesOf(machineId);
        return ofMachine == 0
                ? usedBytes <= maxBytes + maxBytes / 2
                : usedBytes <= maxBytes / 2 && ofMachine <= maxBytesEach / 2;
    }

    private long usedBytesOf(int machineId) {
        return usedBytesByMachine.getOrDefault(machineId, 0L);
    }

    private void weigh(int machineId, long bytes) {
        usedBytes += bytes;
        long ofMachine = usedBytesOf(machineId) + bytes;
        if (ofMachine == 0) {
            usedBytesByMachine.remove(machineId);
        } else {
            usedBytesByMachine.put(machineId, ofMachine);
        }
    }
}
