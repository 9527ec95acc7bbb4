package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NvmlSessionTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final FakeNvml nvml = new FakeNvml(false);
    private final NvmlSession session = new NvmlSession(nvml, Duration.ofMinutes(1));
    private final AtomicInteger released = new AtomicInteger();

    @BeforeEach
    void driver_that_works() {
        nvml.play(List.of("count 1"));
    }

    @Test
    void session_that_has_not_begun_lets_nobody_call() {
        assertThat(session.enter(session.generation())).isFalse();
        assertThat(session.isOpen()).isFalse();
    }

    @Test
    void handles_of_an_earlier_generation_are_not_to_be_used() throws NvmlException {
        assertThat(begin(TIMEOUT)).isTrue();
        int first = session.generation();
        assertThat(session.enter(first)).isTrue();
        session.leave();

        assertThat(begin(TIMEOUT)).isTrue();

        assertThat(session.enter(first)).isFalse();
        assertThat(session.enter(session.generation())).isTrue();
        assertThat(nvml.shutdowns).hasValue(1);
        assertThat(released).hasValue(1);
    }

    @Test
    void new_beginning_waits_for_a_call_under_way_and_lets_no_other_begin() throws Exception {
        begin(TIMEOUT);
        int generation = session.generation();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            session.enter(generation);
            entered.countDown();
            await().until(() -> !session.isOpen());
            refused.countDown();
            session.leave();
        });
        caller.start();
        entered.await();

        assertThat(begin(TIMEOUT)).isTrue();

        assertThat(refused.getCount()).isZero();
        assertThat(session.generation()).isEqualTo(generation + 1);
        caller.join();
    }

    @Test
    void call_that_does_not_end_puts_a_new_beginning_off_and_others_go_on() throws Exception {
        begin(TIMEOUT);
        int generation = session.generation();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            session.enter(generation);
            entered.countDown();
            await().until(() -> end.getCount() == 0);
            session.leave();
        });
        caller.start();
        entered.await();

        assertThat(begin(Duration.ofMillis(10))).isFalse();

        assertThat(session.enter(generation)).isTrue();
        session.leave();
        assertThat(nvml.shutdowns).hasValue(0);
        end.countDown();
        caller.join();
        assertThat(begin(TIMEOUT)).isTrue();
    }

    @Test
    void call_that_is_long_under_way_is_not_even_waited_for() throws Exception {
        NvmlSession withoutTimeout = new NvmlSession(nvml, Duration.ZERO);
        withoutTimeout.begin(TIMEOUT, released::incrementAndGet);
        withoutTimeout.enter(withoutTimeout.generation());
        Duration forGood = Duration.ofDays(1);

        assertThat(withoutTimeout.begin(forGood, released::incrementAndGet)).isFalse();
        assertThat(withoutTimeout.isOpen()).isTrue();
    }

    @Test
    void session_that_cannot_begin_lets_nobody_call_until_it_can() throws NvmlException {
        begin(TIMEOUT);
        nvml.play(List.of("init 9"));

        assertThatThrownBy(() -> begin(TIMEOUT)).isInstanceOf(NvmlException.class);
        assertThat(session.enter(session.generation())).isFalse();

        nvml.play(List.of("count 1"));
        assertThat(begin(TIMEOUT)).isTrue();
        assertThat(session.enter(session.generation())).isTrue();
        assertThat(nvml.shutdowns).hasValue(1);
    }

    private boolean begin(Duration timeout) throws NvmlException {
        return session.begin(timeout, released::incrementAndGet);
    }
}
