package io.emberwatch.probe.sample;

import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives a sampler that waits for slow hardware a thread of its own and a deadline: a drive whose controller hangs keeps who
 * asks for its temperature for a minute and more, and must not silence the machine. While it does not answer, readings go
 * without its values and do not wait again. For the sampling thread.
 */
final class DeadlineSampler implements Sampler {
    static final Duration USUAL_DEADLINE = Duration.ofSeconds(1);

    private final String what;
    private final Sampler sampler;
    private final Duration deadline;
    private final ExecutorService thread;
    private final FaultLog faults = new FaultLog();
    /** Of the other thread. */
    private final FaultLog faultsOfValues = new FaultLog();

    private Future<MetricValues> running = CompletableFuture.completedFuture(MetricValues.empty(Scope.MACHINE));

    /**
     * A sampler in a thread that ends with the process.
     *
     * @param what it measures, for the log and as the thread's name
     * @param sampler shares nothing with other samplers
     * @param deadline longest time that a reading waits
     */
    DeadlineSampler(String what, Sampler sampler, Duration deadline) {
        this.what = what;
        this.sampler = sampler;
        this.deadline = deadline;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, what);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void sample(Readout readout) {
        if (!running.isDone()) {
            return;
        }
        running = thread.submit(this::values);
        try {
            MetricValues values = running.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            faults.recovered(what);
            values.forEachPresent((metric, raw) -> readout.put(metric, metric.toValue(raw)));
        } catch (TimeoutException e) {
            faults.report(what, "no answer within " + deadline.toMillis() + " ms");
        } catch (ExecutionException e) {
            faults.report(what, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private MetricValues values() throws Exception {
        Readout own = new Readout(faultsOfValues);
        sampler.sample(own);
        return own.values();
    }
}
