package io.emberwatch.probe.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class DeadlineCallsTest {
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration HUNG_AFTER = Duration.ofSeconds(30);

    private final AtomicLong nanos = new AtomicLong();
    private final Semaphore answers = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();
    private final DeadlineCalls patient = new DeadlineCalls(NEVER, HUNG_AFTER, nanos::get);
    private final DeadlineCalls hasty = new DeadlineCalls(Duration.ofMillis(20), HUNG_AFTER, nanos::get);

    @AfterEach
    void nothing_hangs_any_more() {
        answers.release(100_000);
    }

    @Test
    void drive_that_answers_in_time_is_in_the_reading() throws Exception {
        assertThat(patient.call("nvme0", () -> -3.5)).contains(-3.5);
    }

    @Test
    void drive_that_hangs_is_waited_for_once_and_not_asked_again_until_it_answers() throws Exception {
        hasty.beginReading();
        assertThat(hasty.call("nvme0", hanging())).isEmpty();
        for (int reading = 0; reading < 3; reading++) {
            hasty.beginReading();
            assertThat(hasty.call("nvme0", hanging())).isEmpty();
        }
        assertThat(hasty.isBusy("nvme0")).isTrue();
        assertThat(begun).hasValue(1);

        answers.release();

        // The answer that came too late is not of now, so it is asked again.
        await().until(() -> !hasty.isBusy("nvme0"));
        assertThat(hasty.call("nvme0", () -> "again")).contains("again");
    }

    @Test
    void drive_that_hangs_costs_no_other_its_answer() throws Exception {
        assertThat(hasty.call("nvme0", hanging())).isEmpty();

        await().untilAsserted(() -> assertThat(hasty.call("nvme1", () -> 40)).contains(40));
    }

    @Test
    void drive_that_is_always_a_little_late_is_reported_in_the_next_reading() throws Exception {
        assertThat(hasty.call("nvme0", hanging())).isEmpty();

        for (int reading = 1; reading <= 3; reading++) {
            answers.release();
            await().until(() -> !hasty.isBusy("nvme0"));
            hasty.beginReading();
            assertThat(hasty.call("nvme0", hanging())).contains("answer " + reading);
        }
    }

    @Test
    void drive_that_fails_says_why_and_is_asked_again() throws Exception {
        assertThatThrownBy(() -> patient.call("nvme0", () -> {
                    throw new IOException("bus error");
                }))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("bus error");

        assertThat(patient.call("nvme0", () -> 40)).contains(40);
    }

    @Test
    void what_answers_shares_threads() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();

        for (int device = 0; device < 1000; device++) {
            patient.call(
                    "device " + device, () -> threads.add(Thread.currentThread().getName()));
        }

        // A thread that has just answered may not be free again at once.
        assertThat(threads).hasSizeLessThan(10);
    }

    @Test
    void no_more_hang_at_once_than_there_may_be_threads() throws Exception {
        for (int device = 0; device < 2 * DeadlineCalls.MOST_THREADS; device++) {
            assertThat(hasty.call("device " + device, hanging())).isEmpty();
        }

        assertThat(begun.get()).isLessThanOrEqualTo(DeadlineCalls.MOST_THREADS);
        answers.release(2 * DeadlineCalls.MOST_THREADS);
        await().untilAsserted(
                        () -> assertThat(patient.call("other", () -> "well")).contains("well"));
    }

    @Test
    void what_has_not_answered_for_long_has_hung_and_what_is_slow_has_not() throws Exception {
        hasty.call("/mnt/nas", hanging());
        assertThat(hasty.hung()).isEmpty();

        nanos.addAndGet(HUNG_AFTER.toNanos());
        assertThat(hasty.hung()).containsExactly("/mnt/nas");

        answers.release();
        await().untilAsserted(() -> assertThat(hasty.hung()).isEmpty());
    }

    @Test
    void what_is_not_asked_any_more_is_forgotten_unless_it_hangs() throws Exception {
        hasty.call("gone", hanging());
        for (int reading = 0; reading < 5; reading++) {
            hasty.beginReading();
            hasty.call("there", () -> "well");
        }
        nanos.addAndGet(HUNG_AFTER.toNanos());

        assertThat(hasty.hung()).containsExactly("gone");
        answers.release();
        await().until(() -> !hasty.isBusy("gone"));
        hasty.beginReading();
        assertThat(hasty.hung()).isEmpty();
    }

    private Callable<String> hanging() {
        return () -> {
            int number = begun.incrementAndGet();
            answers.acquireUninterruptibly();
            return "answer " + number;
        };
    }
}
