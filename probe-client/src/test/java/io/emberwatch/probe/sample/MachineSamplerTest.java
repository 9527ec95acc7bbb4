package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
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

        assertThat(values.toString()).isEqualTo("{load_15m=2.00}");
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
