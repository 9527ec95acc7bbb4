package io.emberwatch.collector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Metric;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FollowerTest {
    @Test
    void a_value_that_was_not_measured_is_shown_as_absent() {
        Follower.ShownReading reading = new Follower.ShownReading(
                Instant.EPOCH,
                Map.of(
                        Metric.CPU_UTIL_PERCENT, new BigDecimal("12.5"),
                        Metric.LOAD_1M, new BigDecimal("0.00"),
                        Metric.MEM_USED_PERCENT, new BigDecimal("41.0")));

        assertThat(reading.line())
                .isEqualTo("cpu_temp_c absent  cpu_util_percent 12.5    load_1m 0.00    mem_used_percent 41.0");
    }
}
