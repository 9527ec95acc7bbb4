package io.emberwatch.protocol;

import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static io.emberwatch.protocol.Metric.CPU_UTIL_PERCENT;
import static io.emberwatch.protocol.Metric.GPU_TEMP_C;
import static io.emberwatch.protocol.Metric.SPOOL_USED_PERCENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricValuesTest {
    private final MetricValues.Builder builder = MetricValues.builder(Scope.MACHINE);

    @Test
    void a_value_that_was_set_is_there_and_any_other_is_absent_not_zero() {
        MetricValues values = builder.set(CPU_TEMP_C, 61.54).build();

        assertThat(values.get(CPU_TEMP_C)).hasValue(61.5);
        assertThat(values.raw(CPU_TEMP_C)).isEqualTo(615);
        assertThat(values.has(CPU_UTIL_PERCENT)).isFalse();
        assertThat(values.get(CPU_UTIL_PERCENT)).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> values.raw(CPU_UTIL_PERCENT));
    }

    @Test
    void a_zero_is_a_value() {
        MetricValues zero = builder.set(CPU_TEMP_C, 0).build();

        assertThat(zero.has(CPU_TEMP_C)).isTrue();
        assertThat(zero.isEmpty()).isFalse();
        assertThat(zero).isNotEqualTo(MetricValues.empty(Scope.MACHINE));
    }

    @Test
    void values_are_visited_by_ascending_wire_id_whatever_the_order_of_setting() {
        Map<Metric, Long> visited = new LinkedHashMap<>();
        builder.setRaw(SPOOL_USED_PERCENT, 3)
                .setRaw(CPU_UTIL_PERCENT, 2)
                .setRaw(CPU_TEMP_C, 1)
                .build()
                .forEachPresent(visited::put);

        assertThat(visited)
                .containsExactly(
                        Map.entry(CPU_TEMP_C, 1L), Map.entry(CPU_UTIL_PERCENT, 2L), Map.entry(SPOOL_USED_PERCENT, 3L));
    }

    @Test
    void presence_has_bit_wire_id_minus_one() {
        assertThat(builder.setRaw(CPU_TEMP_C, 0)
                        .setRaw(SPOOL_USED_PERCENT, 0)
                        .build()
                        .presence())
                .isEqualTo(1L | 1L << 19);
    }

    @Test
    void what_was_built_does_not_change_when_the_builder_goes_on() {
        MetricValues first = builder.set(CPU_TEMP_C, 50).build();
        MetricValues second =
                builder.set(CPU_TEMP_C, 60).set(CPU_UTIL_PERCENT, 1).build();

        assertThat(first.get(CPU_TEMP_C)).hasValue(50);
        assertThat(first.has(CPU_UTIL_PERCENT)).isFalse();
        assertThat(second.get(CPU_TEMP_C)).hasValue(60);
    }

    @Test
    void equal_values_are_equal_in_one_scope_only() {
        assertThat(builder.set(CPU_TEMP_C, 50).build())
                .isEqualTo(MetricValues.builder(Scope.MACHINE)
                        .setRaw(CPU_TEMP_C, 500)
                        .build())
                .hasSameHashCodeAs(MetricValues.builder(Scope.MACHINE)
                        .setRaw(CPU_TEMP_C, 500)
                        .build())
                .isNotEqualTo(
                        MetricValues.builder(Scope.GPU).setRaw(GPU_TEMP_C, 500).build());
        assertThat(MetricValues.empty(Scope.GPU))
                .isEqualTo(MetricValues.builder(Scope.GPU).build())
                .isNotEqualTo(MetricValues.empty(Scope.MACHINE));
    }

    @Test
    void a_metric_of_another_scope_is_refused() {
        MetricValues values = builder.build();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.set(GPU_TEMP_C, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> values.has(GPU_TEMP_C));
        assertThatIllegalArgumentException().isThrownBy(() -> values.get(GPU_TEMP_C));
    }

    @Test
    void a_value_that_is_not_credible_is_absent_and_counted_and_named() {
        MetricValues values = builder.set(CPU_TEMP_C, -273)
                .set(SPOOL_USED_PERCENT, Double.NaN)
                .set(CPU_UTIL_PERCENT, 3)
                .build();
        Map<Metric, Long> rejected = new LinkedHashMap<>();
        values.forEachRejected(rejected::put);

        assertThat(values).hasToString("{cpu_util_percent=3.0}");
        assertThat(values.rejectedCount()).isEqualTo(2);
        assertThat(rejected)
                .containsExactly(Map.entry(CPU_TEMP_C, -2730L), Map.entry(SPOOL_USED_PERCENT, Long.MIN_VALUE));
    }

    @Test
    void what_was_set_last_counts_whether_or_not_it_is_credible() {
        MetricValues good = builder.set(CPU_TEMP_C, 50).build();
        MetricValues bad = builder.set(CPU_TEMP_C, 5000).build();
        MetricValues goodAgain = builder.set(CPU_TEMP_C, 50).build();

        assertThat(bad.isEmpty()).isTrue();
        assertThat(bad).isNotEqualTo(MetricValues.empty(Scope.MACHINE));
        assertThat(goodAgain).isEqualTo(good);
    }

    @Test
    void all_of_some_values_are_taken_over_those_included_that_are_not_credible() {
        MetricValues some =
                builder.set(CPU_TEMP_C, 5000).set(CPU_UTIL_PERCENT, 3).build();

        assertThat(MetricValues.builder(Scope.MACHINE).setAll(some).build()).isEqualTo(some);
    }

    @Test
    void values_say_how_many_were_rejected_up_to_what_the_count_can_be() {
        MetricValues none = builder.build();
        long most = Metric.REJECTED_VALUE_COUNT.maxRaw();

        assertThat(none.plusRejected(0)).hasToString("{rejected_value_count=0}");
        assertThat(none.plusRejected(2).plusRejected(3)).hasToString("{rejected_value_count=5}");
        assertThat(none.plusRejected(most).plusRejected(1).raw(Metric.REJECTED_VALUE_COUNT))
                .isEqualTo(most);
    }

    @Test
    void they_print_as_name_and_number() {
        assertThat(builder.set(CPU_TEMP_C, 61.5).set(CPU_UTIL_PERCENT, 3).build())
                .hasToString("{cpu_temp_c=61.5, cpu_util_percent=3.0}");
    }
}
