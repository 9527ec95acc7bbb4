package io.emberwatch.probe.gpu;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread for calls into a driver, which may never come back: it keeps no process alive, is started when there is work and
 * ends some time after the last. Thread-safe.
 */
final class DriverThread {
    private static final long IDLE_SECONDS = 60;

    private final ThreadPoolExecutor executor;

    DriverThread(String name) {
        executor = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> DriverThreads.daemon(task, name));
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs this after what was submitted before. */
    <T> Future<T> submit(Callable<T> call) {
        return executor.submit(call);
    }
}
