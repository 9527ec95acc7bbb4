package io.emberwatch.probe.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GpuPollerTest {
    /** Where nothing hangs, no reading ever takes that long. */
    private static final Duration LONG_TIMEOUT = Duration.ofMinutes(1);
    /** Where something does: long enough for GPUs that answer at once, on a machine that has other work too. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final AtomicLong skippedNanos = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void nothing_hangs_any_more() {
        end.countDown();
    }

    @Test
    void gpus_of_several_drivers_are_one_list_and_each_is_in_it_once() {
        GpuPoller poller = watch(
                driver("one 1", new FakeGpu("GPU-a"), new FakeGpu("GPU-b")),
                driver("two 2", new FakeGpu("GPU-b"), new FakeGpu("GPU-c")),
                driver(""));

        GpuSource.Report report = poller.read();

        assertThat(report.driverFault()).contains(GpuFault.NONE);
        assertThat(report.samples()).extracting(GpuSample::uuid).containsExactly("GPU-a", "GPU-b", "GPU-c");
        assertThat(poller.inventory()).extracting(GpuInfo::uuid).containsExactly("GPU-a", "GPU-b", "GPU-c");
        assertThat(poller.driver()).isEqualTo("one 1, two 2");
    }

    @Test
    void machine_without_drivers_or_gpus_has_no_fault() {
        assertThat(watch().read().driverFault()).contains(GpuFault.NONE);
        assertThat(watch(driver("")).read().driverFault()).contains(GpuFault.NONE);
    }

    @Test
    void readings_go_without_gpus_and_faults_until_a_slow_driver_has_reported() {
        CountDownLatch slow = new CountDownLatch(1);
        GpuPoller poller = watch(DEADLINE, () -> {
            waitFor(slow);
            return new GpuDriver.Survey(List.of(new FakeGpu("GPU-a")), GpuFault.NONE, "");
        });

        assertThat(poller.read()).isEqualTo(GpuSource.Report.NOTHING);
        untilOneTakesLessThan(
                DEADLINE.dividedBy(2), () -> assertThat(poller.read()).isEqualTo(GpuSource.Report.NOTHING));
        slow.countDown();

        assertThat(poller.awaitSurvey(Duration.ofSeconds(20))).isTrue();
        assertThat(poller.read().samples()).hasSize(1);
    }

    @Test
    void survey_that_hangs_is_a_fault_of_the_driver_in_the_end_and_passes_with_it() {
        CountDownLatch hang = new CountDownLatch(1);
        AtomicInteger surveys = new AtomicInteger();
        GpuPoller poller = watch(DEADLINE, () -> {
            surveys.incrementAndGet();
            waitFor(hang);
            return new GpuDriver.Survey(List.of(new FakeGpu("GPU-a")), GpuFault.NONE, "");
        });
        poller.read();
        await().until(() -> surveys.get() == 1);
        skip(WatchedDriver.HANGS_AFTER.plusSeconds(1));

        assertThat(poller.read().driverFault()).contains(GpuFault.HUNG);
        skip(Duration.ofHours(1));
        assertThat(poller.read().driverFault()).contains(GpuFault.HUNG);
        assertThat(surveys).hasValue(1);

        hang.countDown();
        await().until(() -> poller.read().driverFault().orElseThrow() == GpuFault.NONE);
        assertThat(poller.inventory()).hasSize(1);
    }

    @Test
    void later_survey_that_hangs_or_fails_costs_gpus_that_answer_nothing() {
        CountDownLatch hang = new CountDownLatch(1);
        FakeGpu gpu = new FakeGpu("GPU-a");
        AtomicInteger surveys = new AtomicInteger();
        GpuPoller poller = watch(() -> {
            if (surveys.getAndIncrement() == 1) {
                waitFor(hang);
                throw new IllegalStateException("broken");
            }
            return new GpuDriver.Survey(List.of(gpu), GpuFault.NONE, "");
        });
        poller.read();
        skip(SurveySchedule.USUAL);
        poller.read();
        skip(WatchedDriver.HANGS_AFTER.plusSeconds(1));

        assertThat(poller.read().driverFault()).contains(GpuFault.NONE);
        assertThat(poller.read().samples()).hasSize(1);
        gpu.next = () -> Gpu.Reading.NOT_NOW;
        assertThat(poller.read().driverFault()).contains(GpuFault.HUNG);

        hang.countDown();
        await().until(() -> poller.read().driverFault().equals(Optional.of(GpuFault.UNREADABLE)));
        gpu.next = () -> reading(40);
        assertThat(poller.read().driverFault()).contains(GpuFault.NONE);
    }

    @Test
    void driver_that_has_not_found_all_gpus_reports_no_fault_and_looks_again_soon() {
        AtomicInteger surveys = new AtomicInteger();
        GpuPoller poller = watch(() ->
                new GpuDriver.Survey(List.of(new FakeGpu("GPU-a")), GpuFault.NONE, "", surveys.incrementAndGet() > 4));

        for (int i = 1; i <= 4; i++) {
            int soFar = i;
            await().until(() -> poller.read().samples().size() == 1 && surveys.get() == soFar);
            assertThat(poller.read().driverFault()).isEmpty();
            skip(SurveySchedule.SOON);
        }
        await().until(() -> poller.read().driverFault().equals(Optional.of(GpuFault.NONE)));
    }

    @Test
    void first_reading_too_takes_no_longer_than_the_deadline() {
        Duration deadline = Duration.ofMillis(500);

        // The wait for the survey, half a deadline, is a part of it. One of several tries comes to run undisturbed.
        await().until(() -> {
            FakeGpu hanging = new FakeGpu("GPU-a");
            hanging.next = () -> {
                waitFor(end);
                return reading(40);
            };
            GpuPoller poller = watch(deadline, driver("", hanging), () -> {
                waitFor(end);
                return GpuDriver.Survey.NOTHING;
            });
            long begun = System.nanoTime();
            GpuSource.Report report = poller.read();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (report.samples().isEmpty()) {
                return false;
            }
            assertThat(took).isGreaterThanOrEqualTo(deadline);
            return took.compareTo(deadline.plus(deadline.dividedBy(2))) < 0;
        });
    }

    @Test
    void survey_that_fails_is_a_fault_of_the_driver_and_costs_no_other_driver_anything() {
        GpuPoller poller = watch(
                () -> {
                    throw new IllegalStateException("broken");
                },
                driver("", new FakeGpu("GPU-a")));

        GpuSource.Report report = poller.read();

        assertThat(report.driverFault()).contains(GpuFault.UNREADABLE);
        assertThat(report.samples()).hasSize(1);
    }

    @Test
    void gpu_that_fails_in_an_unforeseen_way_is_unreadable() {
        FakeGpu broken = new FakeGpu("GPU-a");
        GpuPoller poller = watch(driver("", broken, new FakeGpu("GPU-b")));
        broken.next = () -> {
            throw new UnsatisfiedLinkError("nvml");
        };

        GpuSource.Report report = poller.read();

        assertThat(fault(report, 0)).isEqualTo(GpuFault.UNREADABLE);
        assertThat(fault(report, 1)).isEqualTo(GpuFault.NONE);
    }

    @Test
    void gpu_that_hangs_keeps_one_thread_and_its_late_answer_is_thrown_away() {
        CountDownLatch hang = new CountDownLatch(1);
        FakeGpu hanging = new FakeGpu("GPU-hangs");
        GpuPoller poller = watch(DEADLINE, driver("", hanging, new FakeGpu("GPU-b")));
        assertThat(poller.awaitSurvey(LONG_TIMEOUT)).isTrue();
        poller.read();
        hanging.next = () -> {
            waitFor(hang);
            return reading(99);
        };

        assertThat(fault(poller.read(), 0)).isEqualTo(GpuFault.HUNG);
        hanging.next = () -> reading(40);
        for (int i = 0; i < 20; i++) {
            assertThat(fault(poller.read(), 0)).isEqualTo(GpuFault.HUNG);
        }
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("gpu-GPU-hangs")))
                .hasSize(1);

        hang.countDown();
        AtomicReference<GpuSource.Report> answered = new AtomicReference<>();
        await().until(() -> {
            answered.set(poller.read());
            return fault(answered.get(), 0) == GpuFault.NONE;
        });
        assertThat(answered.get().samples().get(0).values().get(Metric.GPU_TEMP_C))
                .hasValue(40);
    }

    @Test
    void gpu_that_is_always_a_little_late_is_reported_in_the_next_reading_and_hardly_waited_for() throws Exception {
        Semaphore answers = new Semaphore(0);
        FakeGpu slow = new FakeGpu("GPU-slow");
        GpuPoller poller = watch(DEADLINE, driver("", slow, new FakeGpu("GPU-b")));
        assertThat(poller.awaitSurvey(LONG_TIMEOUT)).isTrue();
        slow.next = () -> {
            answers.acquireUninterruptibly();
            return reading(50 + slow.reads.get());
        };
        assertThat(fault(poller.read(), 0)).isEqualTo(GpuFault.HUNG);
        Duration shortest = LONG_TIMEOUT;

        for (int asked = 1; asked <= 3; asked++) {
            // Asked by the reading before.
            await().until(answers::hasQueuedThreads);
            answers.release();
            awaitIdle("gpu-GPU-slow");
            long begun = System.nanoTime();
            GpuSource.Report report = poller.read();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            shortest = took.compareTo(shortest) < 0 ? took : shortest;

            assertThat(fault(report, 0)).isEqualTo(GpuFault.NONE);
            assertThat(report.samples().get(0).values().get(Metric.GPU_TEMP_C)).hasValue(50 + asked);
        }
        assertThat(shortest).isLessThan(DEADLINE);
        answers.release(1000);
        await().until(() -> fault(poller.read(), 0) == GpuFault.NONE);
    }

    /** Until a call in this thread has come back: it waits for the next one, and not for the test. */
    private static void awaitIdle(String thread) {
        await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(thread))
                .allMatch(entry -> Stream.of(entry.getValue())
                        .anyMatch(frame -> frame.getMethodName().equals("getTask"))));
    }

    @Test
    void gpu_that_left_the_survey_while_it_hung_is_not_asked_twice_when_it_is_back() {
        CountDownLatch hang = new CountDownLatch(1);
        FakeGpu hanging = new FakeGpu("GPU-leaves");
        List<Gpu> gpus = new ArrayList<>(List.of(hanging));
        GpuPoller poller = watch(DEADLINE, () -> new GpuDriver.Survey(List.copyOf(gpus), GpuFault.NONE, ""));
        assertThat(poller.awaitSurvey(LONG_TIMEOUT)).isTrue();
        hanging.next = () -> {
            waitFor(hang);
            return reading(99);
        };
        poller.read();
        gpus.clear();
        surveyNow(poller);
        assertThat(poller.read().samples()).isEmpty();
        assertThat(poller.inventory()).isEmpty();
        gpus.add(hanging);
        surveyNow(poller);

        assertThat(fault(poller.read(), 0)).isEqualTo(GpuFault.HUNG);
        assertThat(hanging.reads).hasValue(1);
        hang.countDown();
    }

    @Test
    void gpu_that_is_not_to_be_asked_now_is_left_out_without_a_fault() {
        FakeGpu gpu = new FakeGpu("GPU-a");
        GpuPoller poller = watch(driver("", gpu));
        gpu.next = () -> Gpu.Reading.NOT_NOW;

        GpuSource.Report report = poller.read();

        assertThat(report.samples()).isEmpty();
        assertThat(report.driverFault()).contains(GpuFault.NONE);
        assertThat(poller.inventory()).hasSize(1);
    }

    @Test
    void xid_errors_are_reported_even_of_gpus_that_are_left_out() {
        FakeGpu gpu = new FakeGpu("GPU-a");
        GpuPoller poller = watch(new GpuDriver() {
            @Override
            public Survey survey() {
                return new Survey(List.of(gpu), GpuFault.DRIVER_MISSING, "");
            }

            @Override
            public Map<String, List<Integer>> drainXids() {
                return Map.of("GPU-a", List.of(79));
            }
        });

        GpuSource.Report report = poller.read();

        assertThat(report.driverFault()).contains(GpuFault.DRIVER_MISSING);
        assertThat(report.samples())
                .containsExactly(new GpuSample("GPU-a", MetricValues.empty(Scope.GPU), List.of(79)));
    }

    @Test
    void more_gpus_than_a_reading_holds_are_left_out() {
        Gpu[] gpus = IntStream.range(0, WireLimits.MAX_GPUS + 3)
                .mapToObj(i -> new FakeGpu("GPU-" + i))
                .toArray(Gpu[]::new);
        GpuPoller poller = watch(driver("", gpus));

        assertThat(poller.read().samples()).hasSize(WireLimits.MAX_GPUS);
        assertThat(poller.inventory()).hasSize(WireLimits.MAX_GPUS);
    }

    @Test
    void processes_with_the_most_memory_are_reported_first() {
        FakeGpu gpu = new FakeGpu("GPU-a");
        GpuPoller poller = watch(driver("", gpu));
        List<GpuProcess> many = IntStream.range(0, WireLimits.MAX_GPU_PROCESSES + 50)
                .mapToObj(i -> new GpuProcess("GPU-a", i, "", "", i))
                .toList();
        gpu.next = () -> new Gpu.Reading(reading(40).values(), many);
        poller.read();

        assertThat(poller.processes()).hasSize(WireLimits.MAX_GPU_PROCESSES);
        assertThat(poller.processes().get(0).memUsedBytes()).isEqualTo(WireLimits.MAX_GPU_PROCESSES + 49);
    }

    @Test
    void processes_of_a_gpu_that_cannot_be_read_any_more_are_reported_for_some_minutes() {
        FakeGpu gpu = new FakeGpu("GPU-a");
        GpuPoller poller = watch(driver("", gpu, new FakeGpu("GPU-b")));
        GpuProcess training = new GpuProcess("GPU-a", 4242, "python3", "ada", 1);
        gpu.next = () -> new Gpu.Reading(reading(40).values(), List.of(training));
        poller.read();
        gpu.next = () -> {
            throw new IllegalStateException("lost");
        };

        poller.read();
        assertThat(poller.processes()).containsExactly(training);
        skip(GpuReadout.RecentProcesses.KEPT_FOR.plusSeconds(1));
        poller.read();
        assertThat(poller.processes()).isEmpty();
    }

    private GpuPoller watch(GpuDriver... drivers) {
        return watch(LONG_TIMEOUT, drivers);
    }

    private GpuPoller watch(Duration deadline, GpuDriver... drivers) {
        return new GpuPoller(List.of(drivers), deadline, () -> System.nanoTime() + skippedNanos.get());
    }

    /** However busy this machine is: one of several tries comes to run undisturbed. */
    private static void untilOneTakesLessThan(Duration time, Runnable tried) {
        await().until(() -> timeOf(tried).compareTo(time) < 0);
    }

    private static Duration timeOf(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void skip(Duration time) {
        skippedNanos.addAndGet(time.toNanos());
    }

    /** Lets time pass until the next survey is due, and that one be over. */
    private void surveyNow(GpuPoller poller) {
        skip(SurveySchedule.USUAL);
        int before = poller.inventory().size();
        await().until(() -> {
            poller.read();
            return poller.inventory().size() != before;
        });
    }

    private void waitFor(CountDownLatch latch) {
        try {
            while (latch.getCount() > 0 && end.getCount() > 0) {
                boolean unused = latch.await(10, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GpuDriver driver(String name, Gpu... gpus) {
        return () -> new GpuDriver.Survey(List.of(gpus), GpuFault.NONE, name);
    }

    private static Gpu.Reading reading(int tempC) {
        return new Gpu.Reading(
                MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, tempC).build(), List.of());
    }

    private static GpuFault fault(GpuSource.Report report, int position) {
        return GpuFault.ofCode(report.samples().get(position).values().raw(Metric.GPU_FAULT));
    }

    private static final class FakeGpu implements Gpu {
        final AtomicInteger reads = new AtomicInteger();
        private final String uuid;
        volatile GpuAnswer next = () -> reading(40);

        private FakeGpu(String uuid) {
            this.uuid = uuid;
        }

        @Override
        public GpuInfo info() {
            return GpuInfo.withoutLimits(uuid, "", "");
        }

        @Override
        public Reading read() {
            reads.incrementAndGet();
            return next.answer();
        }
    }

    @FunctionalInterface
    private interface GpuAnswer {
        Gpu.Reading answer();
    }
}
