package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuInfo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives another source a thread of its own and each read a deadline: a call into a GPU driver can hang for good. While one
 * hangs, readings go without GPU values, and no second call is made. What arrives after its deadline is thrown away,
 * because it is no longer a value of now.
 *
 * <p>{@link #read()} belongs to the sampling thread; {@link #inventory()} may be called from any thread and never blocks.
 */
public final class BackgroundGpuSource implements GpuSource {
    private static final Logger log = LoggerFactory.getLogger(BackgroundGpuSource.class);

    private final GpuSource source;
    private final Duration deadline;
    private final ExecutorService executor;
    private volatile List<GpuInfo> known = List.of();
    private Future<GpuReport> running;
    private String lastProblem = "";

    /** @param deadline longest time that {@link #read()} waits */
    public BackgroundGpuSource(GpuSource source, Duration deadline) {
        this.source = source;
        this.deadline = deadline;
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "gpu");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public List<GpuInfo> inventory() {
        return known;
    }

    @Override
    public GpuReport read() {
        if (running != null && !running.isDone()) {
            return GpuReport.NOTHING;
        }
        running = executor.submit(this::readAndRemember);
        try {
            GpuReport report = running.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            problem("");
            return report;
        } catch (TimeoutException e) {
            problem("GPUs did not answer within " + deadline.toMillis()
                    + " ms; readings go without them until they do");
        } catch (ExecutionException e) {
            problem("GPUs cannot be read: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return GpuReport.NOTHING;
    }

    private GpuReport readAndRemember() {
        GpuReport report = source.read();
        known = source.inventory();
        return report;
    }

    /** Says what changed, once. */
    private void problem(String problem) {
        if (!problem.equals(lastProblem)) {
            if (problem.isEmpty()) {
                log.info("GPUs answer again");
            } else {
                log.warn(problem);
            }
            lastProblem = problem;
        }
    }
}
