package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SamplingLoopTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Sample> taken = new CopyOnWriteArrayList<>();
    private final SamplingLoop loop = new SamplingLoop(this::sample, taken::add, Duration.ofHours(1), System::nanoTime);
    private final Thread thread = new Thread(loop);

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        thread.join(30_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void first_sample_is_taken_at_once_and_a_shorter_interval_takes_effect_at_once() {
        thread.start();
        await().until(() -> !taken.isEmpty());
        int before = taken.size();

        loop.changeInterval(Duration.ofMillis(1));

        // Brought up to the shortest allowed, a second.
        await().until(() -> taken.size() > before);
    }

    @Test
    void defect_costs_one_sample_not_the_daemon() {
        calls.set(-1);
        thread.start();
        loop.changeInterval(Duration.ofSeconds(1));

        await().until(() -> !taken.isEmpty());
    }

    private Sample sample() {
        if (calls.getAndIncrement() < 0) {
            throw new IllegalStateException("defect");
        }
        return new Sample(Instant.EPOCH, MetricValues.empty(Scope.MACHINE), List.of());
    }
}
