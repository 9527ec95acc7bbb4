package io.emberwatch.collector.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.GpuTargetTemp;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A card under load for hours, by the limits of a new database and in the rhythm of a probe. It aims for 87 °C and
 * slows down at 89 °C, as an RTX 4070 Laptop GPU does, so that the fleet's limits alone would call it critical all day.
 */
class GpuAtTargetTest {
    private static final int MACHINE = 7;
    private static final String UUID = "GPU-laptop";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int EVERY_S = 5;

    private final AlarmEngine engine = new AlarmEngine(AlarmPolicy.standard());
    private final LimitTable table = LimitTable.of(List.of(
            limit(Severity.WARNING, "10", "13", Duration.ofMinutes(1)),
            limit(Severity.CRITICAL, "3", "13", Duration.ofSeconds(10))));
    private MachineLimits limits = limits(new GpuTargetTemp(87, 89));
    private MachineAlarms alarms = MachineAlarms.none();
    private int second;

    @Test
    void it_is_well_at_its_target_for_as_long_as_it_likes() {
        assertThat(load(Duration.ofHours(8), 87, 2)).isEmpty();
    }

    @Test
    void one_degree_nearer_to_its_slowdown_is_one_mail_and_back_at_its_target_it_is_over_in_one() {
        load(Duration.ofHours(1), 87, 2);

        assertThat(mails(load(Duration.ofMinutes(30), 88, 1))).containsExactly("critical raised");
        assertThat(alarms.all()).hasSize(2).allMatch(OpenAlarm::isFiring);
        assertThat(mails(load(Duration.ofMinutes(30), 87, 2))).containsExactly("critical cleared");
        assertThat(alarms.isEmpty()).isTrue();
    }

    /** Temperature and margin are whole degrees, cut off each by itself: their sum is one less at times. */
    @Test
    void a_margin_that_is_a_degree_off_does_not_trouble_it_at_its_target() {
        load(Duration.ofHours(1), 87, 1);
        assertThat(alarms.isEmpty()).isTrue();

        load(Duration.ofMinutes(5), 88, 0);
        assertThat(alarms.isEmpty()).isFalse();
        load(Duration.ofMinutes(5), 87, 1);
        assertThat(alarms.isEmpty()).isTrue();
    }

    @Test
    void a_slowdown_that_was_found_a_degree_too_low_costs_a_degree_of_warning() {
        limits = limits(new GpuTargetTemp(87, 88));

        assertThat(load(Duration.ofHours(1), 87, 2)).isEmpty();
        assertThat(load(Duration.ofHours(1), 88, 1)).isEmpty();
        assertThat(mails(load(Duration.ofHours(1), 89, 0))).containsExactly("critical raised");
    }

    @Test
    void a_slowdown_that_was_found_a_degree_too_high_makes_no_noise() {
        limits = limits(new GpuTargetTemp(87, 90));

        assertThat(load(Duration.ofHours(1), 87, 2)).isEmpty();
        assertThat(mails(load(Duration.ofHours(1), 88, 1))).containsExactly("critical raised");
    }

    /** The margin knows of spots that the core's temperature does not. */
    @Test
    void a_spot_near_its_slowdown_is_reported_though_the_core_is_cooler_than_its_target() {
        limits = limits(new GpuTargetTemp(80, 90));

        assertThat(load(Duration.ofHours(1), 80, 10)).isEmpty();
        assertThat(mails(load(Duration.ofMinutes(5), 75, 2))).containsExactly("critical raised");
    }

    @Test
    void a_limit_that_ends_where_it_begins_does_not_hold_a_cool_gpu() {
        limits = LimitTable.of(List.of(limit(Severity.WARNING, "5", "5", Duration.ofMinutes(1))))
                .forMachine(MACHINE)
                .withTargets(Map.of(UUID, new GpuTargetTemp(84, 90)));

        assertThat(load(Duration.ofHours(1), 40, 50)).isEmpty();
    }

    @Test
    void a_gpu_whose_temperature_is_not_known_is_judged_by_its_margin() {
        assertThat(load(Duration.ofHours(1), null, 2)).isEmpty();
        assertThat(mails(load(Duration.ofMinutes(5), null, 1))).containsExactly("critical raised");
    }

    @Test
    void a_gpu_that_does_not_say_what_it_aims_for_is_judged_as_all_are() {
        limits = table.forMachine(MACHINE);

        assertThat(mails(load(Duration.ofMinutes(30), 87, 2))).containsExactly("critical raised");
    }

    private MachineLimits limits(GpuTargetTemp target) {
        return table.forMachine(MACHINE).withTargets(Map.of(UUID, target));
    }

    /** Readings for so long; what they change. */
    private List<AlarmChange> load(Duration time, Integer temp, double margin) {
        List<AlarmChange> changes = new ArrayList<>();
        MetricValues.Builder values = MetricValues.builder(Scope.GPU).set(Metric.GPU_SLOWDOWN_MARGIN_C, margin);
        if (temp != null) {
            values.set(Metric.GPU_TEMP_C, temp);
        }
        for (int end = second + (int) time.toSeconds(); second < end; second += EVERY_S) {
            Instant at = START.plusSeconds(second);
            Evaluation evaluation = engine.evaluate(
                    alarms,
                    limits,
                    new Observation(
                            at,
                            at,
                            true,
                            false,
                            MetricValues.empty(Scope.MACHINE),
                            Map.of(UUID, values.build()),
                            MetricValues.empty(Scope.LINK)));
            alarms = evaluation.after();
            changes.addAll(evaluation.changes());
        }
        return changes;
    }

    private static List<String> mails(List<AlarmChange> changes) {
        List<String> mails = new ArrayList<>();
        for (AlarmChange change : changes) {
            if (change instanceof Raised raised && raised.notification() == Notification.MAILED) {
                mails.add(change.key().severity() + " raised");
            } else if (change instanceof Cleared cleared && cleared.mail().equals(Optional.of(MailKind.CLEARED))) {
                mails.add(change.key().severity() + " cleared");
            }
        }
        return mails;
    }

    private static StoredLimit limit(Severity severity, String raiseAt, String clearAt, Duration holdFor) {
        return new StoredLimit(
                new LimitPlace.Fleet(),
                Metric.GPU_SLOWDOWN_MARGIN_C.column(),
                severity,
                Optional.of(new BigDecimal(raiseAt)),
                Optional.of(new BigDecimal(clearAt)),
                holdFor);
    }
}
