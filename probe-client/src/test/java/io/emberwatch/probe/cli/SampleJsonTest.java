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
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class SampleJsonTest {
    @Test
    void text_is_escaped_as_json_wants_it() {
        assertThat(SampleJson.quoted("a\"b\\c\nd\u0001 °")).isEqualTo("\"a\\\"b\\\\c\\u000ad\\u0001 °\"");
    }

    @Test
    void what_does_not_print_is_escaped_and_so_reads_back_the_same() {
        assertThat(SampleJson.quoted("\u009b\u2028\u202e\ud800 王🔥")).isEqualTo("\"\\u009b\\u2028\\u202e\\ud800 王🔥\"");
    }

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
        GpuInfo card = new GpuInfo("GPU-a", "\"X\"", "", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

        assertThat(SampleJson.of(sample, List.of(card)))
                .contains(
                        "\"gpus\":[{\"uuid\":\"GPU-a\",\"model\":\"\\\"X\\\"\",\"gpu_temp_c\":70.5,\"gpu_mem_temp_c\":null,");
    }
}
