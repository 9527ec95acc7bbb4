package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class DeadlineSamplerTest {
    private static final Duration NEVER = Duration.ofMinutes(5);

    @Test
    void drive_that_answers_in_time_is_in_the_reading() throws IOException {
        Sampler drives = drives("drives", NEVER, () -> -3.5);

        assertThat(Reads.of(drives).get(Metric.NVME_TEMP_C)).hasValue(-3.5);
    }

    @Test
    void drive_that_hangs_is_waited_for_once_and_not_asked_again_until_it_answers() throws IOException {
        CountDownLatch answers = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Sampler drives = drives("drives", Duration.ofMillis(20), () -> {
            asked.incrementAndGet();
            waitFor(answers);
            return 40;
        });
        assertThat(Reads.of(drives).isEmpty()).isTrue();
        await().until(() -> asked.get() == 1);
        for (int reading = 0; reading < 3; reading++) {
            assertThat(Reads.of(drives).isEmpty()).isTrue();
        }
        assertThat(asked).hasValue(1);

        answers.countDown();

        // The answer that came too late is not of now, so it is asked again.
        await().until(() -> Reads.of(drives), values -> values.has(Metric.NVME_TEMP_C));
        assertThat(asked.get()).isGreaterThan(1);
    }

    @Test
    void drive_that_is_always_a_little_late_is_reported_in_the_next_reading() throws IOException {
        Semaphore answers = new Semaphore(0);
        AtomicInteger asked = new AtomicInteger();
        Sampler drives = drives("slow drives", Duration.ofMillis(20), () -> {
            answers.acquireUninterruptibly();
            return asked.incrementAndGet();
        });
        assertThat(Reads.of(drives).isEmpty()).isTrue();

        for (int reading = 1; reading <= 3; reading++) {
            // Asked by the reading before.
            await().until(answers::hasQueuedThreads);
            answers.release();
            awaitIdle("slow drives");
            assertThat(Reads.of(drives).get(Metric.NVME_TEMP_C)).hasValue(reading);
        }
    }

    /** Until a call in this thread has come back: it waits for the next one, and not for the test. */
    private static void awaitIdle(String thread) {
        await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(thread))
                .allMatch(entry -> Stream.of(entry.getValue())
                        .anyMatch(frame -> frame.getMethodName().equals("getTask"))));
    }

    @Test
    void drive_that_fails_is_absent_and_is_asked_again() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Sampler drives = drives("drives", NEVER, () -> {
            if (asked.incrementAndGet() == 1) {
                throw new IOException("bus error");
            }
            return 40;
        });
        MetricValues first = Reads.of(drives);

        assertThat(first.isEmpty()).isTrue();
        assertThat(Reads.of(drives).get(Metric.NVME_TEMP_C)).hasValue(40);
    }

    private static Sampler drives(String name, Duration deadline, Drives hottest) {
        return new DeadlineSampler(
                name, Sampler.of(Metric.NVME_TEMP_C, () -> OptionalDouble.of(hottest.celsius())), deadline);
    }

    private interface Drives {
        double celsius() throws IOException;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
