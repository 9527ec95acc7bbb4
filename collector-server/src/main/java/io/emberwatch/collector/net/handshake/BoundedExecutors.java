package io.emberwatch.collector.net.handshake;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A few threads that may wait for the database, each with a bounded queue. What has the same key is done in order, by
 * the same thread. Thread-safe; never blocks its caller.
 */
final class BoundedExecutors implements AutoCloseable {
    private final List<ThreadPoolExecutor> threads;

    /** @param maxWaitingEach tasks that may wait for each thread */
    BoundedExecutors(String name, int count, int maxWaitingEach) {
        threads = Stream.generate(() -> newThread(name, maxWaitingEach))
                .limit(count)
                .toList();
    }

    /**
     * Does it later.
     *
     * @return false if too much waits already, or this is closed; then it is not done
     */
    boolean offer(Object key, Runnable task) {
        try {
            threads.get(Math.floorMod(key.hashCode(), threads.size())).execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Ends the threads; what waits is not done. */
    @Override
    public void close() {
        threads.forEach(ThreadPoolExecutor::shutdownNow);
    }

    private static ThreadPoolExecutor newThread(String name, int maxWaiting) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
