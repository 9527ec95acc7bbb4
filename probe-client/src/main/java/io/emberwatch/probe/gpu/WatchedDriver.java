package io.emberwatch.probe.gpu;

import io.emberwatch.probe.deadline.DeadlineCall;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver and the thread that makes its surveys. Nobody waits for one but the first reading. For one thread, except
 * that its own makes the surveys.
 */
final class WatchedDriver {
    /** Longer than drivers need to attach eight GPUs that were asleep. */
    static final Duration HANGS_AFTER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(WatchedDriver.class);

    private final GpuDriver driver;
    private final LongSupplier nanoTime;
    private final DeadlineCall<Ended> call;
    private final SurveySchedule schedule;
    private boolean surveying;
    private boolean surveyed;
    private boolean failed;
    private boolean reportedHang;
    private boolean gpusAreWrong;
    private GpuDriver.Survey survey = GpuDriver.Survey.NOTHING;
    private List<GpuInfo> inventory = List.of();

    /** A survey, and when it was over: it may be taken up only some time later. */
    private record Ended(GpuDriver.Survey survey, long atNanos) {}

    WatchedDriver(GpuDriver driver, LongSupplier nanoTime) {
        this.driver = driver;
        this.nanoTime = nanoTime;
        this.call = new DeadlineCall<>("gpu-survey-" + name(), nanoTime);
        this.schedule = new SurveySchedule(nanoTime.getAsLong());
    }

    /** Takes what a survey that is over has found, and begins one if it is time. */
    void surveyIfDue() {
        collect(Duration.ZERO);
        if (hangs() && !reportedHang) {
            reportedHang = true;
            LOG.warn("{} does not report which cards there are now: a call into it hangs", name());
        }
        if (!surveying && schedule.isDue(nanoTime.getAsLong())) {
            surveying = call.begin(() -> new Ended(driver.survey(), nanoTime.getAsLong()));
        }
    }

    /** Waits for the first survey, at most until then. */
    void awaitFirst(long deadlineNanos) {
        if (!surveyed) {
            collect(Duration.ofNanos(Math.max(0, deadlineNanos - nanoTime.getAsLong())));
        }
    }

    /** Whether a survey has come to its end. */
    boolean isSurveyed() {
        return surveyed;
    }

    /** Whether it is known by now which GPUs there are, all of them, or that this cannot be found out. */
    boolean isKnown() {
        boolean found = survey.complete() || survey.fault() != GpuFault.NONE;
        return surveyed ? found : hangs();
    }

    /**
     * What is wrong with all GPUs, as far as surveys show.
     *
     * @param anyAnswers whether a GPU reports values: then one that hangs or fails takes nothing from those that are
     *     known
     */
    GpuFault fault(boolean anyAnswers) {
        if (!anyAnswers && hangs()) {
            return GpuFault.HUNG;
        }
        return !anyAnswers && failed ? GpuFault.UNREADABLE : survey.fault();
    }

    private boolean hangs() {
        return surveying && call.age().compareTo(HANGS_AFTER) > 0;
    }

    /** The GPUs to ask. */
    List<Gpu> gpus() {
        return survey.fault() == GpuFault.NONE ? survey.gpus() : List.of();
    }

    /** The GPUs that there are; those known before, while a fault hides them. */
    List<GpuInfo> inventory() {
        return inventory;
    }

    /** Hears which GPUs could not be read, so that the next survey comes soon. */
    void noteFaults(Map<String, GpuFault> faults) {
        gpusAreWrong = !faults.isEmpty();
        schedule.note(faults, gpusAreWrong, nanoTime.getAsLong());
    }

    /** Name and version, for people. */
    String version() {
        return survey.name();
    }

    /** Which driver it is, for the log. */
    String name() {
        return driver.getClass().getSimpleName();
    }

    Set<Metric> metrics() {
        return driver.metrics();
    }

    Map<String, List<Integer>> drainXids() {
        return driver.drainXids();
    }

    boolean reportsXids(String uuid) {
        return driver.reportsXids(uuid);
    }

    private void collect(Duration timeout) {
        if (!surveying) {
            return;
        }
        try {
            call.await(timeout).ifPresent(this::found);
        } catch (ExecutionException e) {
            LOG.warn("{} cannot list its cards", name(), e.getCause());
            over();
            failed = true;
            schedule.surveyed(nanoTime.getAsLong(), true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void found(Ended ended) {
        GpuDriver.Survey found = ended.survey();
        over();
        survey = found;
        boolean hidden = found.fault() != GpuFault.NONE && found.gpus().isEmpty();
        inventory = hidden ? inventory : found.gpus().stream().map(Gpu::info).toList();
        if (found.complete()) {
            schedule.surveyed(ended.atNanos(), gpusAreWrong || found.fault() != GpuFault.NONE);
        } else {
            schedule.surveyedInPart(ended.atNanos());
        }
    }

    private void over() {
        surveying = false;
        surveyed = true;
        failed = false;
        reportedHang = false;
    }
}
