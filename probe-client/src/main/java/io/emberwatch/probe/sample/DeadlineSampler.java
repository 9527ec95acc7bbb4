package io.emberwatch.probe.sample;

import io.emberwatch.probe.deadline.DeadlineCall;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Gives a sampler that waits for slow hardware a thread of its own and a deadline: a drive whose controller hangs keeps
 * who asks for its temperature for a minute and more, and must not silence the machine. While it does not answer,
 * readings go without its values and do not wait again. What comes after the deadline but before the next reading is
 * reported in that, and such a slow one is waited for only a moment from then on. For the sampling thread.
 */
final class DeadlineSampler implements Sampler {
    static final Duration USUAL_DEADLINE = Duration.ofSeconds(1);

    private final String what;
    private final Sampler sampler;
    private final Duration deadline;
    private final DeadlineCall<MetricValues> call;
    private final FaultLog faults = new FaultLog();

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
        this.call = new DeadlineCall<>(what, System::nanoTime);
    }

    @Override
    public Set<Metric> metrics() {
        return sampler.metrics();
    }

    @Override
    public void sample(Readout readout) {
        boolean unused = call.begin(this::values);
        try {
            Optional<MetricValues> values = call.answer(deadline);
            if (call.isLate()) {
                faults.report(what, "no answer within " + deadline.toMillis() + " ms");
            } else {
                faults.recovered(what);
            }
            values.ifPresent(readout::putAll);
        } catch (ExecutionException e) {
            faults.report(what, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private MetricValues values() throws Exception {
        Readout own = new Readout();
        sampler.sample(own);
        return own.values();
    }
}
