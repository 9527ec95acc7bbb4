package io.emberwatch.collector.faults;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** The delay and the stalled directions of a simulated network at present. Thread-safe. */
final class NetworkConditions {
    private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);
    private Duration delay = Duration.ZERO;

    synchronized void delay(Duration eachChunk) {
        delay = eachChunk;
        notifyAll();
    }

    synchronized void stall(Direction direction, boolean on) {
        if (on) {
            stalled.add(direction);
        } else {
            stalled.remove(direction);
        }
        notifyAll();
    }

    synchronized void clear() {
        stalled.clear();
        delay = Duration.ZERO;
        notifyAll();
    }

    /** Returns when a chunk that has come may go on. */
    synchronized void await(Direction direction) throws InterruptedException {
        long due = System.nanoTime() + delay.toNanos();
        while (stalled.contains(direction)) {
            wait();
        }
        // clear() shortens it: the delay is asked for again at each turn.
        for (long left = due - System.nanoTime(); left > 0 && !delay.isZero(); left = due - System.nanoTime()) {
            wait(left / 1_000_000 + 1);
        }
    }
}
