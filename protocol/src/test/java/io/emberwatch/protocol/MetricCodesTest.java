package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MetricCodesTest {
    @ParameterizedTest
    @CsvSource({
        "GPU_FAULT, 0, no fault",
        "GPU_FAULT, 1, has fallen off the bus",
        "GPU_FAULT, 8, needs a restart of its machine",
        "GPU_DRIVER_FAULT, 4, has no driver that works",
        "GPU_FAULT, 99, cannot be read",
        "GPU_FATAL_XID, 0, none",
        "GPU_FATAL_XID, 79, XID 79: the card has fallen off the bus",
        "GPU_FATAL_XID, 70000, XID 70000: an error that is not in our table",
        "GPU_THERMAL_THROTTLING, 1, yes",
        "GPU_ROW_REMAP_FAILED, 0, no"
    })
    void code_has_words(Metric metric, double value, String words) {
        assertThat(MetricCodes.words(metric, value)).contains(words);
        assertThat(MetricCodes.isCode(metric)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(GpuFault.class)
    void every_fault_has_words_that_follow_the_name_of_a_gpu(GpuFault fault) {
        assertThat(fault.words()).matches("[a-z ]{4,60}");
    }

    @Test
    void an_amount_speaks_for_itself() {
        assertThat(MetricCodes.words(Metric.GPU_TEMP_C, 90)).isEmpty();
        assertThat(MetricCodes.isCode(Metric.GPU_MISSING_COUNT)).isFalse();
    }
}
