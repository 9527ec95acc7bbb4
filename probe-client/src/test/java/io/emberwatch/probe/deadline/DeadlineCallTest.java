package io.emberwatch.probe.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class DeadlineCallTest {
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMillis(20);

    private final AtomicLong nanos = new AtomicLong();
    private final Semaphore answers = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();
    private final DeadlineCall<String> call = new DeadlineCall<>("slow-thing", nanos::get);

    @AfterEach
    void nothing_hangs_any_more() {
        answers.release(1000);
    }

    @Test
    void result_in_time_is_returned() throws Exception {
        assertThat(call.begin(() -> "42 °C")).isTrue();

        assertThat(call.answer(NEVER)).contains("42 °C");
        assertThat(call.isLate()).isFalse();
        assertThat(call.await(Duration.ZERO)).as("also later").contains("42 °C");
    }

    @Test
    void nothing_is_waited_for_without_a_call() throws Exception {
        assertThat(call.await(NEVER)).isEmpty();
        assertThat(call.isBusy()).isFalse();
        assertThat(call.age()).isZero();
    }

    @Test
    void calls_are_made_in_a_thread_that_keeps_no_process_alive() throws Exception {
        call.begin(() ->
                Thread.currentThread().getName() + " " + Thread.currentThread().isDaemon());

        assertThat(call.await(NEVER)).contains("slow-thing true");
    }

    @Test
    void call_that_hangs_keeps_its_thread_and_there_is_no_other_until_it_comes_back() throws Exception {
        call.begin(hanging());
        assertThat(call.answer(SOON)).isEmpty();

        for (int reading = 0; reading < 3; reading++) {
            assertThat(call.begin(hanging())).isFalse();
            assertThat(call.answer(NEVER)).as("not waited for again").isEmpty();
            assertThat(call.isLate()).isTrue();
        }

        assertThat(call.isBusy()).isTrue();
        assertThat(begun).hasValue(1);
        answers.release();
        await().until(() -> !call.isBusy());
        assertThat(call.begin(() -> "again")).isTrue();
    }

    @Test
    void age_of_a_call_is_counted_from_its_beginning() {
        call.begin(hanging());
        nanos.addAndGet(Duration.ofSeconds(7).toNanos());
        call.begin(hanging());

        assertThat(call.age()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void call_that_fails_throws_and_may_be_made_again() throws Exception {
        call.begin(() -> {
            throw new IOException("bus error");
        });

        assertThatThrownBy(() -> call.answer(NEVER))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("bus error");
        assertThat(call.begin(() -> "well")).isTrue();
        assertThat(call.answer(NEVER)).contains("well");
    }

    @Test
    void call_that_is_always_a_little_late_is_answered_by_the_one_before() throws Exception {
        call.begin(hanging());
        assertThat(call.answer(SOON)).isEmpty();

        for (int reading = 1; reading <= 3; reading++) {
            answers.release();
            await().until(() -> !call.isBusy());
            assertThat(call.begin(hanging())).isTrue();
            assertThat(call.answer(NEVER)).contains("answer " + reading);
            assertThat(call.isLate()).isTrue();
        }
    }

    @Test
    void result_of_a_call_that_hung_is_dropped_because_it_is_not_of_now() throws Exception {
        call.begin(hanging());
        call.answer(SOON);
        call.begin(hanging());
        answers.release();
        await().until(() -> !call.isBusy());

        assertThat(call.begin(hanging())).isTrue();
        assertThat(call.answer(SOON)).isEmpty();
    }

    @Test
    void result_that_is_late_is_there_for_who_only_waits() throws Exception {
        call.begin(hanging());
        assertThat(call.await(Duration.ZERO)).isEmpty();
        answers.release();

        assertThat(call.await(NEVER)).contains("answer 1");
    }

    private Callable<String> hanging() {
        return () -> {
            int number = begun.incrementAndGet();
            answers.acquireUninterruptibly();
            return "answer " + number;
        };
    }
}
