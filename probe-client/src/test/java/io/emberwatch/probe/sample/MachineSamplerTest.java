package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MachineSamplerTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    @Test
    void sampler_that_fails_costs_its_own_values_only() {
        MetricValues values = take(
                readout -> {
                    readout.put(Metric.LOAD_1M, 1.5);
                    throw new IOException("bus error");
                },
                readout -> {
                    throw new IllegalStateException("defect");
                },
                readout -> {
                    throw new UnsatisfiedLinkError("no such library");
                },
                readout -> readout.put(Metric.UPTIME_S, 5));

        assertThat(values.get(Metric.UPTIME_S)).hasValue(5);
        assertThat(values.get(Metric.LOAD_1M)).hasValue(1.5);
    }

    @Test
    void garbage_costs_its_metric_only() {
        MetricValues values = take(readout -> {
            readout.put(Metric.LOAD_1M, Double.NaN);
            readout.put(Metric.LOAD_5M, Double.POSITIVE_INFINITY);
            readout.put(Metric.MEM_USED_BYTES, -1);
            readout.put(Metric.MEM_TOTAL_BYTES, Long.MAX_VALUE);
            readout.put(Metric.CPU_TEMP_C, -273);
            readout.put(Metric.LOAD_15M, 2);
        });

        assertThat(values.toString()).isEqualTo("{load_15m=2.00, rejected_value_count=5}");
    }

    @Test
    void garbage_of_a_gpu_is_counted_by_its_machine() {
        MetricValues gpu = MetricValues.builder(Scope.GPU)
                .set(Metric.GPU_TEMP_C, 99)
                .set(Metric.GPU_POWER_W, 4_294_967.2)
                .build();
        Sample sample = new MachineSampler(
                        List.of(new FakeSampler(readout -> readout.put(Metric.CPU_TEMP_C, 255))),
                        () -> new GpuSource.Report(List.of(new GpuSample("GPU-a", gpu)), Optional.empty()),
                        Clock.fixed(NOW, ZoneOffset.UTC))
                .take();

        assertThat(sample.machine().toString()).isEqualTo("{rejected_value_count=2}");
        assertThat(sample.gpus().get(0).values().toString()).isEqualTo("{gpu_temp_c=99.0}");
    }

    @Test
    void readings_without_garbage_say_so() {
        assertThat(take(readout -> readout.put(Metric.UPTIME_S, 5)).get(Metric.REJECTED_VALUE_COUNT))
                .hasValue(0);
    }

    @Test
    void fault_is_reported_when_it_begins_and_when_it_is_over() {
        FaultLog faults = new FaultLog();

        faults.report("cpu_temp_c", "failed");
        faults.report("cpu_temp_c", "failed again");
        assertThat(faults.open()).containsExactly("cpu_temp_c");
        faults.recovered("cpu_temp_c");

        assertThat(faults.open()).isEmpty();
    }

    private static MetricValues take(Body... samplers) {
        Sample sample = new MachineSampler(
                        Stream.of(samplers).<Sampler>map(FakeSampler::new).toList(),
                        () -> GpuSource.Report.NOTHING,
                        Clock.fixed(NOW, ZoneOffset.UTC))
                .take();
        assertThat(sample.takenAt()).isEqualTo(NOW);
        return sample.machine();
    }

    private interface Body {
        void sample(Readout readout) throws IOException;
    }

    private record FakeSampler(Body body) implements Sampler {
        @Override
        public Set<Metric> metrics() {
            return Set.of(Metric.values());
        }

        @Override
        public void sample(Readout readout) throws IOException {
            body.sample(readout);
        }
    }
}
