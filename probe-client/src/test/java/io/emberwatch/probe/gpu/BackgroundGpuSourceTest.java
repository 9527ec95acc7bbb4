package io.emberwatch.probe.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class BackgroundGpuSourceTest {
    private static final GpuInfo CARD = GpuInfo.withoutLimits("GPU-a", "", "");

    private final AtomicReference<CountDownLatch> hang = new AtomicReference<>(new CountDownLatch(0));
    private final AtomicInteger calls = new AtomicInteger();
    private final BackgroundGpuSource gpus = new BackgroundGpuSource(new Driver(), Duration.ofMillis(100));

    @Test
    void what_answers_in_time_is_passed_on() {
        assertThat(gpus.inventory()).isEmpty();

        assertThat(gpus.read().samples()).hasSize(1);
        assertThat(gpus.inventory()).containsExactly(CARD);
    }

    @Test
    void a_driver_that_hangs_is_not_called_again_and_its_late_answer_is_thrown_away() {
        CountDownLatch release = new CountDownLatch(1);
        hang.set(release);

        assertThat(gpus.read().samples()).isEmpty();
        assertThat(gpus.read().samples()).isEmpty();
        assertThat(calls).hasValue(1);
        release.countDown();

        await().until(() -> gpus.read().samples().size() == 1);
        assertThat(calls).hasValueGreaterThan(1);
    }

    @Test
    void a_driver_that_fails_costs_its_values_only() {
        calls.set(-1);

        assertThat(gpus.read().samples()).isEmpty();
        assertThat(gpus.read().samples()).hasSize(1);
    }

    private final class Driver implements GpuSource {
        @Override
        public List<GpuInfo> inventory() {
            return List.of(CARD);
        }

        @Override
        public GpuReport read() {
            if (calls.getAndIncrement() < 0) {
                throw new IllegalStateException("driver not loaded");
            }
            try {
                hang.get().await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new GpuReport(List.of(new GpuSample("GPU-a", MetricValues.empty(Scope.GPU))), Optional.empty());
        }
    }
}
