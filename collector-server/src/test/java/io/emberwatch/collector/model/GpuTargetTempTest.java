package io.emberwatch.collector.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.Fleet;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.protocol.Metric;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the fleet's limits on the margin make way for a card that aims for a temperature near to its slowdown. */
class GpuTargetTempTest {
    private static final int MACHINE = 7;
    private static final int SLOWDOWN_C = 90;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** As they stand in a new database. */
    private final List<StoredLimit> limits = new ArrayList<>(List.of(
            limit(new Fleet(), "gpu_slowdown_margin_c", Severity.WARNING, "10", "13"),
            limit(new Fleet(), "gpu_slowdown_margin_c", Severity.CRITICAL, "3", "13"),
            limit(new Fleet(), "gpu_mem_margin_c", Severity.WARNING, "10", "13")));

    @ParameterizedTest(name = "{0} °C left at its target: warning at {1}, until {2}; critical at {3}, until {4}")
    @CsvSource({
        "1, 0, 1, 0, 1",
        "2, 1, 2, 1, 2",
        "3, 2, 3, 2, 3",
        "4, 3, 4, 3, 4",
        "5, 4, 5, 3, 5",
        "6, 5, 6, 3, 6",
        "10, 9, 10, 3, 10",
        "11, 10, 11, 3, 11",
        "12, 10, 12, 3, 12",
        "13, 10, 13, 3, 13",
        "14, 10, 13, 3, 13",
        "60, 10, 13, 3, 13"
    })
    void an_alarm_begins_beyond_the_target_and_ends_at_it(
            int atTarget, double warning, double warningEnds, double critical, double criticalEnds) {
        Map<String, GpuTargetTemp> gpu = target("GPU-a", SLOWDOWN_C - atTarget);

        assertThat(find(gpu, "GPU-a", Severity.WARNING)).satisfies(limit -> {
            assertThat(limit.raiseAt()).isEqualTo(warning);
            assertThat(limit.clearAt()).isEqualTo(warningEnds);
            assertThat(limit.holdFor()).isEqualTo(MINUTE);
        });
        assertThat(find(gpu, "GPU-a", Severity.CRITICAL)).satisfies(limit -> {
            assertThat(limit.raiseAt()).isEqualTo(critical);
            assertThat(limit.clearAt()).isEqualTo(criticalEnds);
        });
    }

    @Test
    void a_limit_that_a_degree_cannot_bring_to_the_target_is_left_as_it_is() {
        Limit fleet = new Limit(10, 13, MINUTE);

        assertThat(new GpuTargetTemp(76, SLOWDOWN_C).moved(fleet)).isSameAs(fleet);
        assertThat(new GpuTargetTemp(77, SLOWDOWN_C).moved(fleet).targetTempC()).hasValue(77);
        assertThat(new GpuTargetTemp(Integer.MIN_VALUE, Integer.MAX_VALUE).moved(fleet))
                .isSameAs(fleet);
    }

    @Test
    void a_target_that_is_not_known_or_nonsense_moves_nothing() {
        OptionalInt slowdown = OptionalInt.of(SLOWDOWN_C);

        assertThat(GpuTargetTemp.of(OptionalInt.of(88), slowdown)).contains(new GpuTargetTemp(88, SLOWDOWN_C));
        assertThat(GpuTargetTemp.of(OptionalInt.empty(), slowdown)).isEmpty();
        assertThat(GpuTargetTemp.of(OptionalInt.of(88), OptionalInt.empty())).isEmpty();
        assertThat(GpuTargetTemp.of(slowdown, slowdown)).isEmpty();
        assertThat(GpuTargetTemp.of(OptionalInt.of(100), slowdown)).isEmpty();
    }

    @Test
    void it_is_moved_for_that_gpu_and_that_margin_only() {
        MachineLimits of = LimitTable.of(limits).forMachine(MACHINE).withTargets(target("GPU-a", 88));

        assertThat(of.find("GPU-b", Metric.GPU_SLOWDOWN_MARGIN_C, Severity.WARNING))
                .contains(new Limit(10, 13, MINUTE));
        assertThat(of.find("GPU-a", Metric.GPU_MEM_MARGIN_C, Severity.WARNING)).contains(new Limit(10, 13, MINUTE));
    }

    @Test
    void what_somebody_set_for_the_machine_or_the_gpu_is_taken_as_it_is() {
        limits.add(limit(new OfMachine(MACHINE), "gpu_slowdown_margin_c", Severity.WARNING, "8", "9"));
        limits.add(limit(new OfGpu(MACHINE, "GPU-b"), "gpu_slowdown_margin_c", Severity.CRITICAL, "7", "8"));
        Map<String, GpuTargetTemp> gpus =
                Map.of("GPU-a", new GpuTargetTemp(88, 90), "GPU-b", new GpuTargetTemp(88, 90));

        assertThat(find(gpus, "GPU-a", Severity.WARNING)).isEqualTo(new Limit(8, 9, MINUTE));
        assertThat(find(gpus, "GPU-a", Severity.CRITICAL).raiseAt()).isEqualTo(1);
        assertThat(find(gpus, "GPU-b", Severity.WARNING)).isEqualTo(new Limit(8, 9, MINUTE));
        assertThat(find(gpus, "GPU-b", Severity.CRITICAL)).isEqualTo(new Limit(7, 8, MINUTE));
    }

    @Test
    void a_limit_on_the_temperature_of_the_machine_takes_the_place_of_the_moved_margin_too() {
        limits.add(limit(new OfMachine(MACHINE), "gpu_temp_c", Severity.WARNING, "70", "65"));
        MachineLimits of = LimitTable.of(limits).forMachine(MACHINE).withTargets(target("GPU-a", 88));

        assertThat(of.find("GPU-a", Metric.GPU_SLOWDOWN_MARGIN_C, Severity.WARNING))
                .isEmpty();
        assertThat(of.find("GPU-a", Metric.GPU_TEMP_C, Severity.WARNING)).contains(new Limit(70, 65, MINUTE));
        assertThat(of.find("GPU-a", Metric.GPU_SLOWDOWN_MARGIN_C, Severity.CRITICAL))
                .isPresent();
    }

    @Test
    void a_limit_that_is_switched_off_stays_off() {
        limits.set(1, limit(new Fleet(), "gpu_slowdown_margin_c", Severity.CRITICAL, null, null));

        assertThat(LimitTable.of(limits)
                        .forMachine(MACHINE)
                        .withTargets(target("GPU-a", 88))
                        .find("GPU-a", Metric.GPU_SLOWDOWN_MARGIN_C, Severity.CRITICAL))
                .isEmpty();
    }

    @Test
    void moved_limits_are_listed_behind_those_of_the_machine() {
        LimitTable table = LimitTable.of(limits);

        List<EffectiveLimit> listed = table.effectiveWithGpus(MACHINE, target("GPU-a", 85));

        assertThat(listed).hasSize(5);
        assertThat(listed.subList(0, 3)).isEqualTo(table.ofFleet());
        assertThat(listed.subList(3, 5)).allSatisfy(limit -> {
            assertThat(limit.movedFor()).contains("GPU-a");
            assertThat(limit.limit().orElseThrow().targetTempC()).hasValue(85);
        });
        assertThat(table.effectiveWithGpus(MACHINE, target("GPU-a", 60))).isEqualTo(table.ofFleet());
    }

    private Limit find(Map<String, GpuTargetTemp> targets, String gpu, Severity severity) {
        return LimitTable.of(limits)
                .forMachine(MACHINE)
                .withTargets(targets)
                .find(gpu, Metric.GPU_SLOWDOWN_MARGIN_C, severity)
                .orElseThrow();
    }

    private static Map<String, GpuTargetTemp> target(String gpu, int targetTempC) {
        return Map.of(gpu, new GpuTargetTemp(targetTempC, SLOWDOWN_C));
    }

    private static StoredLimit limit(
            LimitPlace place, String metric, Severity severity, String raiseAt, String clearAt) {
        return new StoredLimit(
                place,
                metric,
                severity,
                Optional.ofNullable(raiseAt).map(BigDecimal::new),
                Optional.ofNullable(clearAt).map(BigDecimal::new),
                MINUTE);
    }
}
