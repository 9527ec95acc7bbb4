package io.emberwatch.collector.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.Fleet;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.protocol.Metric;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitTableTest {
    private static final int MACHINE = 7;
    private static final int OTHER = 8;

    @Test
    void the_most_specific_limit_counts() {
        LimitTable table = LimitTable.of(List.of(
                limit(new Fleet(), "gpu_temp_c", "90", "85"),
                limit(new OfMachine(MACHINE), "gpu_temp_c", "80", "75"),
                limit(new OfGpu(MACHINE, "GPU-1"), "gpu_temp_c", "70", "65")));

        assertThat(raiseAt(table, MACHINE, "GPU-1")).contains(70.0);
        assertThat(raiseAt(table, MACHINE, "GPU-2")).contains(80.0);
        assertThat(raiseAt(table, OTHER, "GPU-1")).contains(90.0);
        assertThat(table.forMachine(MACHINE).find("GPU-1", Metric.GPU_TEMP_C, Severity.WARNING))
                .isEmpty();
        assertThat(table.effectiveWithGpus(MACHINE, Map.of()))
                .extracting(EffectiveLimit::source)
                .containsExactly(new OfMachine(MACHINE), new OfGpu(MACHINE, "GPU-1"));
    }

    @Test
    void a_limit_without_a_raising_value_switches_the_wider_one_off() {
        LimitTable table = LimitTable.of(List.of(
                limit(new Fleet(), "gpu_temp_c", "90", "85"),
                limit(new OfMachine(MACHINE), "gpu_temp_c", null, "85"),
                limit(new OfGpu(MACHINE, "GPU-1"), "gpu_temp_c", "70", null)));

        assertThat(raiseAt(table, MACHINE, "GPU-2")).isEmpty();
        assertThat(raiseAt(table, MACHINE, "GPU-1")).contains(70.0);
    }

    @Test
    void without_a_clearing_value_it_clears_where_it_raises() {
        LimitTable table = LimitTable.of(List.of(limit(new Fleet(), "cpu_temp_c", "90", null)));

        assertThat(table.forMachine(MACHINE).find("", Metric.CPU_TEMP_C, Severity.CRITICAL))
                .contains(new Limit(90, 90, Duration.ofSeconds(10)));
        assertThat(table.problems()).isEmpty();
    }

    @Test
    void a_clearing_value_on_the_dangerous_side_is_taken_back_to_the_raising_one_and_named() {
        LimitTable table = LimitTable.of(List.of(
                limit(new Fleet(), "cpu_temp_c", "90", "95"), limit(new Fleet(), "gpu_slowdown_margin_c", "5", "3")));

        assertThat(table.forMachine(MACHINE).find("", Metric.CPU_TEMP_C, Severity.CRITICAL))
                .map(Limit::clearAt)
                .contains(90.0);
        assertThat(table.forMachine(MACHINE).find("", Metric.GPU_SLOWDOWN_MARGIN_C, Severity.CRITICAL))
                .map(Limit::clearAt)
                .contains(5.0);
        assertThat(table.problems())
                .first()
                .isEqualTo("critical limit of the fleet on 'cpu_temp_c' clears at its raise_at 90:"
                        + " its clear_at 95 is on the dangerous side");
    }

    @Test
    void rows_that_make_no_sense_are_left_out_and_named_and_the_others_count() {
        LimitTable table = LimitTable.of(List.of(
                limit(new Fleet(), "cpu_tmp_c\n", "90", "85"),
                limit(new OfGpu(MACHINE, "GPU-1"), "cpu_temp_c", "70", "65"),
                limit(new Fleet(), "gpu_temp_c", "90", "85")));

        assertThat(table.problems())
                .containsExactly(
                        "critical limit of the fleet on 'cpu_tmp_c?' is ignored: there is no such metric",
                        "critical limit of GPU GPU-1 of machine 7 on 'cpu_temp_c' is ignored: that is not a metric of GPUs");
        assertThat(raiseAt(table, MACHINE, "GPU-1")).contains(90.0);
    }

    private static Optional<Double> raiseAt(LimitTable table, int machine, String gpu) {
        return table.forMachine(machine)
                .find(gpu, Metric.GPU_TEMP_C, Severity.CRITICAL)
                .map(Limit::raiseAt);
    }

    private static StoredLimit limit(LimitPlace place, String metric, String raiseAt, String clearAt) {
        return new StoredLimit(
                place,
                metric,
                Severity.CRITICAL,
                Optional.ofNullable(raiseAt).map(BigDecimal::new),
                Optional.ofNullable(clearAt).map(BigDecimal::new),
                Duration.ofSeconds(10));
    }
}
