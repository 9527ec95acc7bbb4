package io.emberwatch.probe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.gpu.GpuSample;
import io.emberwatch.probe.sample.Sample;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleJsonTest {
    @Test
    void gpus_are_an_array_of_objects_with_their_models() {
        Sample sample = new Sample(
                Instant.EPOCH,
                MetricValues.empty(Scope.MACHINE),
                List.of(new GpuSample(
                        "GPU-a",
                        MetricValues.builder(Scope.GPU)
                                .set(Metric.GPU_TEMP_C, 70.5)
                                .build())));
        GpuInfo card = GpuInfo.withoutLimits("GPU-a", "\"X\"", "");

        assertThat(SampleJson.of(sample, List.of(card)))
                .contains(
                        "\"gpus\":[{\"uuid\":\"GPU-a\",\"model\":\"\\\"X\\\"\",\"gpu_temp_c\":70.5,\"gpu_mem_temp_c\":null,");
    }
}
