package io.emberwatch.probe.link;

import io.emberwatch.protocol.Message;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages that the reader has received and the session has not handled yet; also wakes the session for other reasons.
 * Bounded: a collector that sends faster than the session reads is not read from meanwhile. Thread-safe.
 */
public final class Inbox {
    private static final int MAX_MESSAGES = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private String end;
    private boolean nudged;
    private volatile long lastHeardNanos;

    Inbox(long nowNanos) {
        lastHeardNanos = nowNanos;
    }

    /** Called by the reader; blocks while the inbox is full. */
    void put(Message message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (messages.size() >= MAX_MESSAGES) {
                changed.await();
            }
            messages.addLast(message);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Called by the reader when it will hear nothing more. The first reason given stays. */
    void end(String reason) {
        lock.lock();
        try {
            end = end == null ? reason : end;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
    }

    /** When any byte came last. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** Lets {@link #await} return early. */
    void nudge() {
        lock.lock();
        try {
            nudged = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Optional<Message> poll() {
        lock.lock();
        try {
            changed.signalAll();
            return Optional.ofNullable(messages.pollFirst());
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing more will come, once all that came is dealt with. */
    Optional<String> end() {
        lock.lock();
        try {
            return messages.isEmpty() ? Optional.ofNullable(end) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is a message, an end or a nudge, or the time is over. */
    void await(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (messages.isEmpty() && end == null && !nudged && left > 0) {
                left = changed.awaitNanos(left);
            }
            nudged = false;
        } finally {
            lock.unlock();
        }
    }

    /** The next message, waited for; empty at the end or when the time is over. Nudges do not count. */
    Optional<Message> awaitMessage(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (messages.isEmpty() && end == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return poll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end alone, for as long as that takes at most. */
    void awaitEnd(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (end == null && left > 0) {
                messages.clear();
                changed.signalAll();
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
