package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.alarm.AlarmPolicy;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.alarm.Observation;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Metric.Direction;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Field case limit-that-never-ends: what {@code limit set} takes can be reached, and its alarm can be over. */
class LimitsThatEndTest {
    private static final int MACHINE = 7;
    private static final String GPU_UUID = "GPU-a";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final LimitPlace FLEET = new LimitPlace.Fleet();
    private static final LimitPlace OF_MACHINE = new LimitPlace.OfMachine(MACHINE);

    /** Alarms are over at once, so that one value says whether they are. */
    private final AlarmEngine engine = new AlarmEngine(
            new AlarmPolicy(Duration.ofHours(4), Duration.ofHours(1), Duration.ofHours(2), Duration.ZERO, 30));

    @ParameterizedTest
    @CsvSource({
        // metric, raised and cleared so far, wanted, cleared then
        "clock_skew_s, 30, 20, 5, 3.3",
        "cpu_steal_percent, 20, 10, 5, 2.5",
        "load_per_core, 2, 1.5, 0.4, 0.3",
        // adminsyspro/proxcenter-ui #720: an alert clears a fixed number of points below any threshold, also below a
        // low one
        "cpu_util_percent, 95, 85, 1, 0.8",
        // what is counted is over when there is nothing of it any more
        "rejected_value_count, 1, 0, 1, 0",
        "gpu_missing_count, 3, 1, 1, 0",
        "fs_read_only_count, 1, 0, 3, 2",
        "gpu_ecc_uncorrected_count, 1, 0, 100, 99",
        // where there is room the distance is kept
        "clock_skew_s, 30, 20, 25, 15",
        "cpu_temp_c, 80, 75, 70, 65",
        "mem_used_percent, 95, 90, 50, 45",
        "mem_pressure_percent, 20, 10, 20, 10",
        // far more than what there was before
        "mem_pressure_percent, 10, 2, 14, 6",
        // the limit that held so far made no sense itself
        "clock_skew_s, 5, -5, 4, 4",
        "cpu_util_percent, 0, 0, 4, 4",
        // where a low value is what is bad
        "gpu_slowdown_margin_c, 10, 13, 5, 8",
        "gpu_slowdown_margin_c, 10, 13, 249, 249.1",
        "fan_min_rpm, 600, 800, 300, 500",
    })
    void it_clears_at_a_value_that_can_be_reached(
            String metric, String raisedSoFar, String clearedSoFar, String wanted, String cleared) {
        Metric limited = Metric.byColumn(metric).orElseThrow();
        StoredLimit soFar = stored(FLEET, limited, Severity.WARNING, raisedSoFar, clearedSoFar);

        for (LimitPlace place : List.of(FLEET, OF_MACHINE)) {
            StoredLimit set = new LimitChange(limited, place, LimitTable.of(List.of(soFar)))
                    .to(Severity.WARNING, wanted, null, null);

            assertThat(set.clearAt().orElseThrow()).isEqualByComparingTo(cleared);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    clock_skew_s      | 5    | -5   | --clear -5 can never be reached, so that the alarm would never be over: clock_skew_s is 0.0 to
                    cpu_steal_percent | 5    | -0.1 | --clear -0.1 can never be reached
                    fan_min_rpm       | 300  | 60001 | --clear 60001 can never be reached
                    gpu_mem_margin_c  | 3    | 251  | --clear 251 can never be reached
                    fan_min_rpm       | -5   |      | a limit of -5 can never be reached: fan_min_rpm is 0 to 60000 rpm; 'off' switches it off
                    mem_used_percent  | 150  |      | a limit of 150 can never be reached: mem_used_percent is 0.0 to 100.0 %; 'off' switches it off
                    cpu_temp_c        | 999  |      | a limit of 999 can never be reached: cpu_temp_c is -50.0 to 200.0 °C
                    gpu_fault         | 256  |      | can never be reached: gpu_fault is 0 to 255
                    cpu_util_percent  | 0    |      | a limit of 0 is always reached, so that its alarm is never over: cpu_util_percent is 0.0 to 100.0 %
                    gpu_missing_count | 0    |      | is always reached
                    swap_used_bytes   | -1   |      | is always reached
                    fan_min_rpm       | 60000 |     | is always reached
                    """)
    void one_that_could_never_begin_or_never_end_is_refused(
            String metric, String raise, String clear, String complaint) {
        Metric limited = Metric.byColumn(metric).orElseThrow();
        LimitChange change = new LimitChange(limited, OF_MACHINE, LimitTable.of(List.of()));

        assertThatThrownBy(() -> change.to(Severity.CRITICAL, raise, clear, null))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining(complaint);
    }

    /** Whatever is asked for, on top of whatever held before: it is refused, or its alarm begins and ends. */
    @ParameterizedTest
    @EnumSource(Metric.class)
    void every_limit_that_is_taken_can_be_reached_and_left(Metric metric) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < 500; i++) {
            LimitPlace place = random(random, metric);
            Severity severity = random.nextBoolean() ? Severity.WARNING : Severity.CRITICAL;
            List<StoredLimit> before = random.nextInt(4) == 0
                    ? List.of()
                    : List.of(stored(FLEET, metric, severity, value(random, metric), value(random, metric)));
            String raise = value(random, metric);
            String clear = random.nextInt(3) == 0 ? value(random, metric) : null;
            Optional<StoredLimit> set =
                    set(new LimitChange(metric, place, LimitTable.of(before)), severity, raise, clear);
            if (set.isPresent()) {
                taken++;
                LimitTable table = LimitTable.of(List.of(set.get()));
                assertThat(table.problems()).isEmpty();
                assertThat(storyOf(metric, table.forMachine(MACHINE)))
                        .as("seed %d: %s on %s", seed, set.get(), before)
                        .containsExactly(Raised.class, Cleared.class);
            }
        }
        assertThat(taken).as("seed %d", seed).isPositive();
    }

    @Test
    void what_stands_in_the_database_and_could_never_end_clears_where_it_raises_and_is_named() {
        LimitTable table = LimitTable.of(List.of(
                stored(OF_MACHINE, Metric.CLOCK_SKEW_S, Severity.WARNING, "5", "-5"),
                stored(FLEET, Metric.LOAD_PER_CORE, Severity.WARNING, "0.40", "-0.10"),
                stored(FLEET, Metric.FAN_MIN_RPM, Severity.WARNING, "300", "70000")));

        for (Metric metric : List.of(Metric.CLOCK_SKEW_S, Metric.LOAD_PER_CORE, Metric.FAN_MIN_RPM)) {
            assertThat(storyOf(metric, table.forMachine(MACHINE))).containsExactly(Raised.class, Cleared.class);
        }
        assertThat(table.problems())
                .hasSize(3)
                .contains("warning limit of machine 7 on 'clock_skew_s' clears at its raise_at 5: its clear_at -5 can"
                        + " never be reached: clock_skew_s is 0.0 to 1000000000000.0 s");
    }

    @Test
    void what_stands_in_the_database_and_could_never_begin_or_always_does_is_named() {
        assertThat(LimitTable.of(List.of(
                                stored(FLEET, Metric.MEM_USED_PERCENT, Severity.WARNING, "150", "90"),
                                stored(FLEET, Metric.CPU_UTIL_PERCENT, Severity.WARNING, "0", null)))
                        .problems())
                .containsExactly(
                        "warning limit of the fleet on 'mem_used_percent': 150 can never be reached:"
                                + " mem_used_percent is 0.0 to 100.0 %",
                        "warning limit of the fleet on 'cpu_util_percent': 0 is always reached, so that its alarm is"
                                + " never over: cpu_util_percent is 0.0 to 100.0 %");
    }

    private static Optional<StoredLimit> set(LimitChange change, Severity severity, String raise, String clear) {
        try {
            return Optional.of(change.to(severity, raise, clear, null));
        } catch (CommandFailed refused) {
            return Optional.empty();
        }
    }

    /** What becomes of it when the value is as bad as it can be, and then as harmless. */
    private List<Class<?>> storyOf(Metric metric, MachineLimits limits) {
        boolean isHighBad = metric.direction() == Direction.HIGH_IS_BAD;
        Evaluation bad = judge(MachineAlarms.none(), limits, metric, isHighBad ? metric.maxRaw() : metric.minRaw());
        Evaluation good = judge(bad.after(), limits, metric, isHighBad ? metric.minRaw() : metric.maxRaw());
        return Stream.concat(bad.changes().stream(), good.changes().stream())
                .<Class<?>>map(AlarmChange::getClass)
                .toList();
    }

    private Evaluation judge(MachineAlarms before, MachineLimits limits, Metric metric, long raw) {
        MetricValues values =
                MetricValues.builder(metric.scope()).setRaw(metric, raw).build();
        return engine.evaluate(
                before,
                limits,
                new Observation(
                        START,
                        START,
                        true,
                        false,
                        metric.scope() == Scope.MACHINE ? values : MetricValues.empty(Scope.MACHINE),
                        metric.scope() == Scope.GPU ? Map.of(GPU_UUID, values) : Map.of(),
                        metric.scope() == Scope.LINK ? values : MetricValues.empty(Scope.LINK)));
    }

    private static LimitPlace random(Random random, Metric metric) {
        List<LimitPlace> places = List.of(FLEET, OF_MACHINE, new LimitPlace.OfGpu(MACHINE, GPU_UUID));
        return places.get(random.nextInt(metric.scope() == Scope.GPU ? 3 : 2));
    }

    /** Of all sizes, at both ends of what the metric can be, just beside them, and beyond. */
    private static String value(Random random, Metric metric) {
        BigDecimal end =
                BigDecimal.valueOf(random.nextBoolean() ? metric.minRaw() : metric.maxRaw(), metric.decimals());
        double size = Math.pow(10, random.nextDouble() * 7 - 2);
        BigDecimal off = BigDecimal.valueOf(random.nextBoolean() ? size : -size).setScale(2, RoundingMode.HALF_UP);
        return (random.nextInt(5) == 0 ? end : random.nextBoolean() ? off : end.add(off))
                .min(new BigDecimal("999999999999999999"))
                .toPlainString();
    }

    private static StoredLimit stored(LimitPlace place, Metric metric, Severity severity, String raise, String clear) {
        return new StoredLimit(
                place,
                metric.column(),
                severity,
                Optional.of(new BigDecimal(raise)),
                Optional.ofNullable(clear).map(BigDecimal::new),
                Duration.ZERO);
    }
}
