package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver and the thread that makes its surveys. Nobody waits for one but the first reading. For one thread, except that its
 * own makes the surveys.
 */
final class WatchedDriver {
    /** Longer than drivers need to attach eight cards that were asleep. */
    static final Duration HANGS_AFTER = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(WatchedDriver.class);

    private final GpuDriver driver;
    private final LongSupplier nanoTime;
    private final DriverThread thread;
    private final SurveySchedule schedule;
    private Future<Ended> running = new FutureTask<>(() -> new Ended(GpuDriver.Survey.NOTHING, 0));
    private boolean surveying;
    private boolean surveyed;
    private boolean failed;
    private boolean toldThatItHangs;
    private long begunNanos;
    private boolean cardsAreWrong;
    private GpuDriver.Survey survey = GpuDriver.Survey.NOTHING;
    private List<GpuInfo> inventory = List.of();

    /** A survey, and when it was over: it may be taken up only some time later. */
    private record Ended(GpuDriver.Survey survey, long atNanos) {}

    WatchedDriver(GpuDriver driver, LongSupplier nanoTime) {
        this.driver = driver;
        this.nanoTime = nanoTime;
        this.thread = new DriverThread("gpu-survey-" + name());
        this.schedule = new SurveySchedule(nanoTime.getAsLong());
    }

    /** Takes what a survey that is over has found, and begins one if it is time. */
    void surveyIfDue() {
        collect(0);
        if (hangs() && !toldThatItHangs) {
            toldThatItHangs = true;
            log.warn("{} does not tell which cards there are now: a call into it hangs", name());
        }
        if (!surveying && schedule.isDue(nanoTime.getAsLong())) {
            surveying = true;
            begunNanos = nanoTime.getAsLong();
            running = thread.submit(() -> new Ended(driver.survey(), nanoTime.getAsLong()));
        }
    }

    /** Waits for the first survey, at most until then. */
    void awaitFirst(long deadlineNanos) {
        if (!surveyed) {
            collect(Math.max(0, deadlineNanos - nanoTime.getAsLong()));
        }
    }

    /** Whether a survey has come to its end. */
    boolean isSurveyed() {
        return surveyed;
    }

    /** Whether it is known by now which cards there are, all of them, or that nobody can tell. */
    boolean isKnown() {
        boolean found = survey.complete() || survey.fault() != GpuFault.NONE;
        return surveyed ? found : hangs();
    }

    /**
     * What is wrong with all cards, as far as surveys tell.
     *
     * @param anyAnswers whether a card tells values: then one that hangs or fails takes nothing from those that are known
     */
    GpuFault fault(boolean anyAnswers) {
        if (!anyAnswers && hangs()) {
            return GpuFault.HUNG;
        }
        return !anyAnswers && failed ? GpuFault.UNREADABLE : survey.fault();
    }

    private boolean hangs() {
        return surveying && nanoTime.getAsLong() - begunNanos > HANGS_AFTER.toNanos();
    }

    /** The cards to ask. */
    List<GpuCard> cards() {
        return survey.fault() == GpuFault.NONE ? survey.cards() : List.of();
    }

    /** The cards that there are; those known before, while a fault hides them. */
    List<GpuInfo> inventory() {
        return inventory;
    }

    /** Hears which cards could not be read, so that the next survey comes soon. */
    void hearFaults(Map<String, GpuFault> faults) {
        cardsAreWrong = !faults.isEmpty();
        schedule.hear(faults, cardsAreWrong, nanoTime.getAsLong());
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

    boolean tellsXids(String uuid) {
        return driver.tellsXids(uuid);
    }

    private void collect(long waitNanos) {
        if (!surveying) {
            return;
        }
        try {
            found(running.get(waitNanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            log.trace("{} is still looking for its cards", name(), e);
        } catch (ExecutionException e) {
            log.warn("{} cannot tell its cards", name(), e.getCause());
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
        boolean hidden = found.fault() != GpuFault.NONE && found.cards().isEmpty();
        inventory =
                hidden ? inventory : found.cards().stream().map(GpuCard::info).toList();
        if (found.complete()) {
            schedule.surveyed(ended.atNanos(), cardsAreWrong || found.fault() != GpuFault.NONE);
        } else {
            schedule.surveyedInPart(ended.atNanos());
        }
    }

    private void over() {
        surveying = false;
        surveyed = true;
        failed = false;
        toldThatItHangs = false;
    }
}
