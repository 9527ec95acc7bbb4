package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import oshi.hardware.CentralProcessor.TickType;

final class CpuTimeSamplerTest {
    private final long[] ticks = new long[TickType.values().length];

    @Test
    void time_neither_idle_nor_waiting_is_utilisation() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(() -> ticks, true);
        assertThat(Reads.of(cpu).isEmpty()).isTrue();

        spend(TickType.USER, 20);
        spend(TickType.SYSTEM, 5);
        spend(TickType.STEAL, 15);
        spend(TickType.IDLE, 50);
        spend(TickType.IOWAIT, 10);
        MetricValues values = Reads.of(cpu);

        assertThat(values.get(Metric.CPU_UTIL_PERCENT)).hasValue(40);
        assertThat(values.get(Metric.CPU_STEAL_PERCENT)).hasValue(15);
    }

    @Test
    void bare_metal_has_no_steal() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(() -> ticks, false);
        Reads.of(cpu);
        spend(TickType.IDLE, 100);

        assertThat(Reads.of(cpu).has(Metric.CPU_STEAL_PERCENT)).isFalse();
    }

    @Test
    void counter_that_runs_backwards_leaves_it_absent_once() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(() -> ticks, true);
        Reads.of(cpu);
        spend(TickType.USER, 100);
        spend(TickType.IOWAIT, -1);
        assertThat(Reads.of(cpu).isEmpty()).isTrue();

        spend(TickType.USER, 100);
        assertThat(Reads.of(cpu).get(Metric.CPU_UTIL_PERCENT)).hasValue(100);
    }

    @Test
    void utilisation_is_absent_if_no_time_has_passed() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(() -> ticks, true);
        Reads.of(cpu);

        assertThat(Reads.of(cpu).isEmpty()).isTrue();
    }

    private void spend(TickType type, long count) {
        ticks[type.getIndex()] += count;
    }
}
