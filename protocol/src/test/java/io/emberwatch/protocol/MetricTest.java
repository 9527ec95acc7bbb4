package io.emberwatch.protocol;

import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static io.emberwatch.protocol.Metric.GPU_SLOWDOWN_MARGIN_C;
import static io.emberwatch.protocol.Metric.LOAD_1M;
import static io.emberwatch.protocol.Metric.UPTIME_S;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {
    private static final long SEED = Long.getLong("emberwatch.seed", new Random().nextLong());

    @ParameterizedTest
    @EnumSource(Scope.class)
    void wire_ids_of_a_scope_are_1_2_3_and_fit_a_bitmap(Scope scope) {
        assertThat(scope.metrics())
                .extracting(Metric::wireId)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, scope.metrics().size()).boxed().toList())
                .hasSizeLessThanOrEqualTo(Scope.maxWireMetrics());
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void a_metric_is_found_by_its_column(Metric metric) {
        assertThat(Metric.byColumn(metric.column())).contains(metric);
        assertThat(metric.scope().byWireId(metric.wireId())).isEqualTo(metric);
    }

    @Test
    void columns_are_unique_and_an_unknown_one_is_found_nowhere() {
        assertThat(Arrays.stream(Metric.values()).map(Metric::column)).doesNotHaveDuplicates();
        assertThat(Metric.byColumn("no_such_metric")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void a_wire_id_of_the_future_is_unknown(Scope scope) {
        int next = scope.metrics().size() + 1;

        for (int wireId : new int[] {Integer.MIN_VALUE, -1, 0, next, Scope.maxWireMetrics() + 1, Integer.MAX_VALUE}) {
            assertThat(scope.byWireId(wireId)).as("wire id %d", wireId).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "61.5, 615",
        "0, 0",
        "-0.0, 0",
        "61.54, 615",
        "61.55, 616",
        "-0.05, -1",
        "-0.04, 0",
        "1e15, 10000000000000000",
        "1e18, 9223372036854775807",
        "-1e18, -9223372036854775808",
        "NaN, -9223372036854775808"
    })
    void a_value_is_rounded_to_the_decimals_of_its_metric(double value, long raw) {
        assertThat(CPU_TEMP_C.toRaw(value)).isEqualTo(raw);
    }

    @Test
    void rounding_is_by_the_decimal_number_that_one_reads_not_by_its_binary_form() {
        assertThat(LOAD_1M.toRaw(1.005)).isEqualTo(101);
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void what_is_not_a_number_or_too_large_a_one_is_credible_of_no_metric(Metric metric) {
        assertThat(List.of(
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.MAX_VALUE,
                        -Double.MAX_VALUE,
                        1e19))
                .allSatisfy(value ->
                        assertThat(metric.isCredible(metric.toRaw(value))).isFalse());
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void a_range_has_room_around_it_so_that_dead_hardware_is_never_believed(Metric metric) {
        assertThat(metric.minRaw()).isLessThanOrEqualTo(0).isGreaterThan(Long.MIN_VALUE);
        assertThat(metric.maxRaw()).isPositive().isLessThan(Long.MAX_VALUE);
        assertThat(metric.isCredible(metric.minRaw())).isTrue();
        assertThat(metric.isCredible(metric.maxRaw())).isTrue();
        assertThat(metric.isCredible(metric.minRaw() - 1)).isFalse();
        assertThat(metric.isCredible(metric.maxRaw() + 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GPU_POWER_W, 4294967.2",
        "GPU_POWER_W, 4294.967295",
        "GPU_POWER_LIMIT_W, 4294.967295",
        "CPU_TEMP_C, -273",
        "NVME_TEMP_C, 255",
        "FAN_RPM, 65535",
        "FAN_RPM, -1",
        "CPU_UTIL_PERCENT, 100.1",
        "MEM_USED_BYTES, 1.8e19",
        "GPU_SM_CLOCK_MHZ, 4294967295",
        "GPU_SM_CLOCK_MHZ, 65535",
        "GPU_MEM_CLOCK_MHZ, 65535"
    })
    void what_broken_hardware_says_is_not_credible(Metric metric, double value) {
        assertThat(metric.isCredible(metric.toRaw(value))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GPU_TEMP_C, 130",
        "CPU_TEMP_C, -40",
        "GPU_POWER_W, 1400",
        "FAN_RPM, 38000",
        "GPU_FAN_PERCENT, 110",
        "GPU_ECC_UNCORRECTED_COUNT, 1e18",
        "NET_RX_BYTES_PER_S, 2e12",
        "LOAD_1M, 40000"
    })
    void what_extreme_hardware_says_is_credible(Metric metric, double value) {
        assertThat(metric.isCredible(metric.toRaw(value))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "CPU_TEMP_C, 960, 96.0",
        "CPU_TEMP_C, -5, -0.5",
        "CPU_TEMP_C, 0, 0.0",
        "LOAD_1M, 7, 0.07",
        "UPTIME_S, 86400, 86400",
        "CPU_TEMP_C, 9223372036854775807, 922337203685477580.7",
        "LOAD_1M, -9223372036854775808, -92233720368547758.08"
    })
    void a_raw_value_is_printed_exactly_and_without_an_exponent(Metric metric, long raw, String printed) {
        assertThat(metric.format(raw)).isEqualTo(printed);
        assertThat(metric.toValue(raw)).isEqualTo(Double.parseDouble(printed));
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void raw_values_up_to_15_digits_survive_the_way_through_a_double(Metric metric) {
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            long raw = random.nextLong(-999_999_999_999_999L, 1_000_000_000_000_000L);

            assertThat(metric.toRaw(metric.toValue(raw))).as("seed %d", SEED).isEqualTo(raw);
            assertThat(new BigDecimal(metric.format(raw)).unscaledValue().longValueExact())
                    .as("seed %d", SEED)
                    .isEqualTo(raw);
        }
    }

    @Test
    void a_limit_is_reached_from_its_harmless_side() {
        assertThat(CPU_TEMP_C.direction().reached(90, 90)).isTrue();
        assertThat(CPU_TEMP_C.direction().reached(89.9, 90)).isFalse();
        assertThat(GPU_SLOWDOWN_MARGIN_C.direction().reached(5, 5)).isTrue();
        assertThat(GPU_SLOWDOWN_MARGIN_C.direction().reached(5.1, 5)).isFalse();
        assertThat(UPTIME_S).hasToString("uptime_s");
    }
}
