package io.emberwatch.probe.testing;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Samples and inventories for tests. */
public final class Fixtures {
    private Fixtures() {}

    /** A sample with a GPU for each UUID. */
    public static Sample sample(String... gpus) {
        MetricValues machine = MetricValues.builder(Scope.MACHINE)
                .set(Metric.CPU_TEMP_C, 61.5)
                .set(Metric.MEM_TOTAL_BYTES, 1e12)
                .build();
        return new Sample(
                Instant.parse("2026-11-01T00:00:00Z"),
                machine,
                Stream.of(gpus).map(uuid -> new GpuSample(uuid, gpuValues())).toList());
    }

    public static MetricValues gpuValues() {
        return MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, 70).build();
    }

    public static Inventory inventory(String... gpus) {
        return new Inventory("host", "", "", "", "", 2, 1L << 30, "none", cards(gpus), "", OptionalInt.empty());
    }

    private static List<GpuInfo> cards(String... gpus) {
        return Stream.of(gpus)
                .map(uuid -> GpuInfo.withoutLimits(uuid, "model of " + uuid, ""))
                .toList();
    }
}
