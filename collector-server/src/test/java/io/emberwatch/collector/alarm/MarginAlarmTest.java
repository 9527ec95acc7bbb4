package io.emberwatch.collector.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.Margin;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A card or a part of a machine has two limits for one heat, on its temperature and on its margin: which counts. */
class MarginAlarmTest {
    private static final int MACHINE = 7;
    private static final String GPU_UUID = "GPU-a";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final LimitPlace FLEET = new LimitPlace.Fleet();
    private static final LimitPlace OF_MACHINE = new LimitPlace.OfMachine(MACHINE);
    private static final LimitPlace OF_GPU = new LimitPlace.OfGpu(MACHINE, GPU_UUID);

    private final AlarmEngine engine = new AlarmEngine(AlarmPolicy.standard());
    private final List<StoredLimit> limits = new ArrayList<>(
            List.of(limit(FLEET, Metric.GPU_TEMP_C, "90", "85"), limit(FLEET, Metric.GPU_SLOWDOWN_MARGIN_C, "3", "6")));
    private MachineAlarms alarms = MachineAlarms.none();
    private int second;

    @Test
    void gpu_that_reports_its_margin_is_judged_by_that_alone() {
        // An H200 slows down at 95 °C or later: 92 °C is warm for others, and fine for it.
        assertThat(reading(92, 4.0)).isEmpty();
        assertThat(metricsOf(reading(93, 3.0))).containsExactly(Metric.GPU_SLOWDOWN_MARGIN_C);
    }

    @Test
    void a_gpu_that_slows_down_early_is_reported_below_the_fleets_temperature() {
        assertThat(metricsOf(reading(80, 2.0))).containsExactly(Metric.GPU_SLOWDOWN_MARGIN_C);
    }

    @Test
    void gpu_without_a_margin_is_judged_by_its_temperature() {
        assertThat(metricsOf(reading(90, null))).containsExactly(Metric.GPU_TEMP_C);
    }

    @Test
    void a_limit_on_the_temperature_of_the_machine_takes_the_place_of_the_fleets_margin() {
        limits.add(limit(OF_MACHINE, Metric.GPU_TEMP_C, "70", "65"));

        assertThat(metricsOf(reading(69, 1.0))).isEmpty();
        assertThat(metricsOf(reading(70, 20.0))).containsExactly(Metric.GPU_TEMP_C);
    }

    @Test
    void a_limit_on_the_temperature_of_the_gpu_does_so_for_that_gpu() {
        limits.add(limit(OF_GPU, Metric.GPU_TEMP_C, "70", "65"));

        assertThat(metricsOf(reading(70, 1.0))).containsExactly(Metric.GPU_TEMP_C);
        LimitTable table = LimitTable.of(limits);
        assertThat(table.forMachine(MACHINE).find("GPU-b", Metric.GPU_SLOWDOWN_MARGIN_C, Severity.CRITICAL))
                .isPresent();
    }

    @Test
    void who_switches_the_temperature_off_for_a_machine_hears_nothing_of_the_margin_either() {
        limits.add(limit(OF_MACHINE, Metric.GPU_TEMP_C, null, null));

        assertThat(reading(99, 0.0)).isEmpty();
    }

    @Test
    void who_sets_both_has_both() {
        limits.add(limit(OF_MACHINE, Metric.GPU_TEMP_C, "70", "65"));
        limits.add(limit(OF_MACHINE, Metric.GPU_SLOWDOWN_MARGIN_C, "15", "18"));

        assertThat(metricsOf(reading(75, 15.0)))
                .containsExactlyInAnyOrder(Metric.GPU_TEMP_C, Metric.GPU_SLOWDOWN_MARGIN_C);
    }

    @Test
    void margin_limit_of_a_machine_leaves_the_fleets_temperature_limit_to_gpus_without_a_margin() {
        limits.add(limit(OF_MACHINE, Metric.GPU_SLOWDOWN_MARGIN_C, "15", "18"));

        assertThat(reading(91, 16.0)).isEmpty();
        assertThat(metricsOf(reading(91, null))).containsExactly(Metric.GPU_TEMP_C);
    }

    @Test
    void where_the_margin_is_switched_off_the_temperature_counts_for_all() {
        limits.add(limit(OF_MACHINE, Metric.GPU_SLOWDOWN_MARGIN_C, null, null));

        assertThat(metricsOf(reading(90, 16.0))).containsExactly(Metric.GPU_TEMP_C);
    }

    @Test
    void without_a_margin_limit_of_that_severity_the_temperature_counts_for_all() {
        limits.remove(1);

        assertThat(metricsOf(reading(90, 16.0))).containsExactly(Metric.GPU_TEMP_C);
    }

    @Test
    void each_severity_is_decided_by_itself() {
        limits.add(warning(FLEET, Metric.GPU_SLOWDOWN_MARGIN_C, "10", "13"));
        limits.add(limit(OF_MACHINE, Metric.GPU_TEMP_C, "70", "65"));

        assertThat(reading(69, 9.0))
                .extracting(AlarmChange::key)
                .containsExactly(new AlarmKey(GPU_UUID, Metric.GPU_SLOWDOWN_MARGIN_C, Severity.WARNING));
    }

    @Test
    void the_memory_has_its_own_pair() {
        limits.add(limit(FLEET, Metric.GPU_MEM_TEMP_C, "100", "95"));
        limits.add(limit(FLEET, Metric.GPU_MEM_MARGIN_C, "3", "6"));
        MetricValues.Builder values =
                MetricValues.builder(Scope.GPU).set(Metric.GPU_MEM_TEMP_C, 101).set(Metric.GPU_SLOWDOWN_MARGIN_C, 20);

        assertThat(metricsOf(reading(values.build()))).containsExactly(Metric.GPU_MEM_TEMP_C);
        assertThat(metricsOf(reading(values.set(Metric.GPU_MEM_MARGIN_C, 1).build())))
                .containsExactly(Metric.GPU_MEM_TEMP_C, Metric.GPU_MEM_MARGIN_C);
    }

    @Test
    void temperature_alarm_clears_once_the_gpu_reports_its_margin() {
        reading(95, null);

        assertThat(reading(95, 20.0)).singleElement().satisfies(change -> {
            assertThat(change).isInstanceOf(Cleared.class);
            assertThat(((Cleared) change).reason()).isEqualTo(Reason.JUDGED_BY_MARGIN);
            assertThat(((Cleared) change).mail()).contains(MailKind.CLEARED);
        });
    }

    @Test
    void margin_alarm_stays_open_while_a_lost_gpu_reports_no_values() {
        reading(95, 1.0);

        MetricValues lost =
                MetricValues.builder(Scope.GPU).set(Metric.GPU_FAULT, 1).build();
        assertThat(reading(lost)).isEmpty();
        assertThat(alarms.all())
                .extracting(alarm -> alarm.key().metric())
                .containsExactly(Metric.GPU_SLOWDOWN_MARGIN_C);
    }

    static Stream<Arguments> partsOfMachines() {
        return Stream.of(Metric.CPU_TEMP_C, Metric.NVME_TEMP_C, Metric.DISK_TEMP_C, Metric.MEM_TEMP_C)
                .map(temperature ->
                        arguments(temperature, Margin.of(temperature).orElseThrow()));
    }

    @ParameterizedTest
    @MethodSource("partsOfMachines")
    void a_machine_that_reports_a_parts_margin_is_judged_by_that_alone(Metric temperature, Metric margin) {
        limits.add(limit(FLEET, temperature, "80", "75"));
        limits.add(limit(FLEET, margin, "3", "6"));

        assertThat(ofMachine(Map.of(temperature, 81.0, margin, 10.0))).isEmpty();
        assertThat(metricsOf(ofMachine(Map.of(temperature, 60.0, margin, 3.0)))).containsExactly(margin);
        assertThat(ofMachine(Map.of(temperature, 60.0, margin, 6.0)))
                .singleElement()
                .isInstanceOf(Cleared.class);
        assertThat(metricsOf(ofMachine(Map.of(temperature, 81.0)))).containsExactly(temperature);
        assertThat(ofMachine(Map.of(temperature, 81.0, margin, 10.0)))
                .filteredOn(Cleared.class::isInstance)
                .extracting(change -> ((Cleared) change).reason())
                .contains(Reason.JUDGED_BY_MARGIN);
    }

    @ParameterizedTest
    @MethodSource("partsOfMachines")
    void an_owners_limit_on_a_parts_temperature_takes_the_place_of_the_fleets_margin(
            Metric temperature, Metric margin) {
        limits.add(limit(FLEET, temperature, "80", "75"));
        limits.add(limit(FLEET, margin, "3", "6"));
        limits.add(warning(FLEET, margin, "10", "13"));
        limits.add(limit(OF_MACHINE, temperature, "90", "85"));

        assertThat(ofMachine(Map.of(temperature, 89.0, margin, 1.0)))
                .as("severity by severity")
                .extracting(AlarmChange::key)
                .containsExactly(new AlarmKey("", margin, Severity.WARNING));
        assertThat(metricsOf(ofMachine(Map.of(temperature, 90.0, margin, 20.0))))
                .contains(temperature);
    }

    @Test
    void other_parts_are_judged_by_their_own_pair() {
        limits.add(limit(FLEET, Metric.NVME_TEMP_C, "83", "78"));
        limits.add(limit(FLEET, Metric.NVME_MARGIN_C, "1", "6"));
        limits.add(limit(FLEET, Metric.DISK_TEMP_C, "65", "60"));
        limits.add(limit(FLEET, Metric.DISK_MARGIN_C, "0", "6"));

        assertThat(metricsOf(ofMachine(
                        Map.of(Metric.NVME_TEMP_C, 84.0, Metric.DISK_MARGIN_C, -1.0, Metric.DISK_TEMP_C, 66.0))))
                .containsExactlyInAnyOrder(Metric.NVME_TEMP_C, Metric.DISK_MARGIN_C);
    }

    private List<AlarmChange> ofMachine(Map<Metric, Double> values) {
        MetricValues.Builder machine = MetricValues.builder(Scope.MACHINE);
        values.forEach(machine::set);
        return reading(machine.build(), Map.of());
    }

    static List<Long> seeds() {
        return new Random().longs(200).boxed().toList();
    }

    /** Against the rule as it is documented for owners, for whatever limits stand anywhere. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatever_is_set_exactly_the_limits_of_the_rule_are_in_force(long seed) {
        Random random = new Random(seed);
        limits.clear();
        Map<LimitPlace, Optional<Boolean>> temperature = new HashMap<>();
        Map<LimitPlace, Optional<Boolean>> margin = new HashMap<>();
        for (LimitPlace place : List.of(FLEET, OF_MACHINE, OF_GPU)) {
            temperature.put(place, random(random, place, Metric.GPU_TEMP_C));
            margin.put(place, random(random, place, Metric.GPU_SLOWDOWN_MARGIN_C));
        }
        boolean reportsMargin = random.nextBoolean();

        Optional<Boolean> ownTemperature = temperature.get(OF_GPU).or(() -> temperature.get(OF_MACHINE));
        Optional<Boolean> ownMargin = margin.get(OF_GPU).or(() -> margin.get(OF_MACHINE));
        boolean marginCounts = ownMargin.orElse(margin.get(FLEET).orElse(false) && ownTemperature.isEmpty());
        boolean temperatureCounts =
                ownTemperature.orElse(temperature.get(FLEET).orElse(false) && !(marginCounts && reportsMargin));
        List<Metric> expected = new ArrayList<>();
        if (temperatureCounts) {
            expected.add(Metric.GPU_TEMP_C);
        }
        if (marginCounts && reportsMargin) {
            expected.add(Metric.GPU_SLOWDOWN_MARGIN_C);
        }

        assertThat(metricsOf(reading(99, reportsMargin ? 0.0 : null)))
                .as("seed %d: temperature %s, margin %s, margin reported %s", seed, temperature, margin, reportsMargin)
                .containsExactlyElementsOf(expected);
    }

    /** No limit, one that is switched off, or one in force. */
    private Optional<Boolean> random(Random random, LimitPlace place, Metric metric) {
        int what = random.nextInt(3);
        if (what == 0) {
            return Optional.empty();
        }
        limits.add(limit(place, metric, what == 1 ? null : "50", null));
        return Optional.of(what == 2);
    }

    private List<AlarmChange> reading(double temperature, Double margin) {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, temperature);
        if (margin != null) {
            values.set(Metric.GPU_SLOWDOWN_MARGIN_C, margin);
        }
        return reading(values.build());
    }

    private List<AlarmChange> reading(MetricValues values) {
        return reading(MetricValues.empty(Scope.MACHINE), Map.of(GPU_UUID, values));
    }

    private List<AlarmChange> reading(MetricValues machine, Map<String, MetricValues> gpus) {
        Instant at = START.plusSeconds(second++);
        Evaluation evaluation = engine.evaluate(
                alarms,
                LimitTable.of(limits).forMachine(MACHINE),
                new Observation(at, at, true, false, machine, gpus, MetricValues.empty(Scope.LINK)));
        alarms = evaluation.after();
        return evaluation.changes();
    }

    private static List<Metric> metricsOf(List<AlarmChange> changes) {
        return changes.stream()
                .filter(change -> change instanceof Raised || change instanceof Cleared)
                .map(change -> change.key().metric())
                .toList();
    }

    private static StoredLimit limit(LimitPlace place, Metric metric, String raiseAt, String clearAt) {
        return limit(place, metric, Severity.CRITICAL, raiseAt, clearAt);
    }

    private static StoredLimit warning(LimitPlace place, Metric metric, String raiseAt, String clearAt) {
        return limit(place, metric, Severity.WARNING, raiseAt, clearAt);
    }

    private static StoredLimit limit(
            LimitPlace place, Metric metric, Severity severity, String raiseAt, String clearAt) {
        return new StoredLimit(
                place,
                metric.column(),
                severity,
                Optional.ofNullable(raiseAt).map(BigDecimal::new),
                Optional.ofNullable(clearAt).map(BigDecimal::new),
                Duration.ZERO);
    }
}
