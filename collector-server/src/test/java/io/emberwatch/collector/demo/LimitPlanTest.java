package io.emberwatch.collector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Metric;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitPlanTest {
    @Test
    void a_measured_temperature_is_what_the_alarm_is_about() {
        Follower.ShownReading reading = reading(
                Map.of(Metric.CPU_TEMP_C, new BigDecimal("45.7"), Metric.MEM_USED_PERCENT, new BigDecimal("30.0")));

        assertThat(LimitPlan.of(reading)).contains(new LimitPlan(Metric.CPU_TEMP_C, new BigDecimal("25")));
    }

    @Test
    void without_a_temperature_it_is_memory() {
        Follower.ShownReading reading = reading(Map.of(Metric.MEM_USED_PERCENT, new BigDecimal("3.5")));

        assertThat(LimitPlan.of(reading)).contains(new LimitPlan(Metric.MEM_USED_PERCENT, new BigDecimal("1.7")));
    }

    @Test
    void even_memory_that_is_hardly_used_reaches_its_limit() {
        Follower.ShownReading reading = reading(Map.of(Metric.MEM_USED_PERCENT, new BigDecimal("0.1")));

        assertThat(LimitPlan.of(reading).orElseThrow().lowered()).isEqualByComparingTo("0");
    }

    @Test
    void with_neither_there_is_no_plan() {
        assertThat(LimitPlan.of(reading(Map.of(Metric.LOAD_1M, BigDecimal.ONE))))
                .isEmpty();
    }

    @Test
    void the_alarm_ends_at_a_usual_limit_or_else_above_what_is_measured() {
        LimitPlan plan = new LimitPlan(Metric.CPU_TEMP_C, new BigDecimal("35"));

        assertThat(plan.above(new BigDecimal("46.0"))).isEqualByComparingTo("90");
        assertThat(plan.above(new BigDecimal("88.0"))).isEqualByComparingTo("98");
    }

    private static Follower.ShownReading reading(Map<Metric, BigDecimal> values) {
        return new Follower.ShownReading(Instant.EPOCH, values);
    }
}
