package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.util.Set;
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
 * without its values and do not wait again. What comes after the deadline but before the next reading is told in that, and
 * such a slow one is waited for only a moment from then on. For the sampling thread.
 */
final class DeadlineSampler implements Sampler {
    static final Duration USUAL_DEADLINE = Duration.ofSeconds(1);

    private static final Duration MOMENT = Duration.ofMillis(100);

    private final String what;
    private final Sampler sampler;
    private final Duration deadline;
    private final ExecutorService thread;
    private final FaultLog faults = new FaultLog();
    /** Of the other thread. */
    private final FaultLog faultsOfValues = new FaultLog();

    private Future<MetricValues> running = CompletableFuture.completedFuture(MetricValues.empty(Scope.MACHINE));
    private boolean late;
    private boolean stuck;

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
    public Set<Metric> metrics() {
        return sampler.metrics();
    }

    @Override
    public void sample(Readout readout) {
        boolean wasStuck = stuck;
        stuck = !running.isDone();
        if (stuck) {
            return;
        }
        boolean bringsOverdue = late && !wasStuck;
        Future<MetricValues> overdue = running;
        running = thread.submit(this::values);
        late = !isOverWithin(late && MOMENT.compareTo(deadline) < 0 ? MOMENT : deadline);
        if (!late) {
            if (tell(running, readout)) {
                faults.recovered(what);
            }
            return;
        }
        faults.report(what, "no answer within " + deadline.toMillis() + " ms");
        if (bringsOverdue) {
            tell(overdue, readout);
        }
    }

    private boolean isOverWithin(Duration time) {
        try {
            running.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // It failed: that is told with its values.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return running.isDone();
    }

    /** Tells what a call that is over has brought; false if that is nothing. */
    private boolean tell(Future<MetricValues> over, Readout readout) {
        try {
            over.get().forEachPresent((metric, raw) -> readout.put(metric, metric.toValue(raw)));
            return true;
        } catch (ExecutionException e) {
            faults.report(what, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private MetricValues values() throws Exception {
        Readout own = new Readout(faultsOfValues);
        sampler.sample(own);
        return own.values();
    }
}
