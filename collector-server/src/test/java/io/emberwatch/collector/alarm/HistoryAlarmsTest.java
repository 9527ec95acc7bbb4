package io.emberwatch.collector.alarm;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmChange.SpansHistory;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of alarms when a history begins and when it ends. */
class HistoryAlarmsTest {
    private static final long EPOCH = 7;
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant NOW = NOON.plus(Duration.ofDays(1));
    private static final Limit LIMIT = new Limit(90, 85, Duration.ofSeconds(10));
    private static final MachineLimits EVERYWHERE = (component, metric, severity) -> Optional.of(LIMIT);
    private static final AlarmPolicy POLICY = AlarmPolicy.standard();
    private static final AlarmKey HOT = new AlarmKey("", CPU_TEMP_C, CRITICAL);
    private static final AlarmKey WARM = new AlarmKey("", CPU_TEMP_C, WARNING);

    @Test
    void what_fires_when_a_history_is_deferred_stays_live_and_speaks_for_it() {
        HistoryAlarms.Beginning beginning =
                HistoryAlarms.NONE.begin(MachineAlarms.of(List.of(firing(HOT))), EVERYWHERE, EPOCH);

        assertThat(beginning.live()).containsExactly(new SpansHistory(HOT, EPOCH));
        assertThat(beginning.history()).isEmpty();
        assertThat(beginning.spanned()).containsExactly(HOT);
        MachineLimits limits = new HistoryAlarms(MachineAlarms.none(), beginning.spanned()).limits(EVERYWHERE);
        assertThat(limits.find("", CPU_TEMP_C, CRITICAL)).isEmpty();
        assertThat(limits.find("", CPU_TEMP_C, WARNING)).as("covered").isEmpty();
        assertThat(limits.find("GPU-1", Metric.GPU_TEMP_C, CRITICAL)).contains(LIMIT);
    }

    @Test
    void a_live_warning_does_not_speak_for_the_critical_alarm() {
        HistoryAlarms.Beginning beginning =
                HistoryAlarms.NONE.begin(MachineAlarms.of(List.of(firing(WARM))), EVERYWHERE, EPOCH);

        MachineLimits limits = new HistoryAlarms(MachineAlarms.none(), beginning.spanned()).limits(EVERYWHERE);
        assertThat(limits.find("", CPU_TEMP_C, CRITICAL)).contains(LIMIT);
    }

    @Test
    void what_is_pending_goes_on_in_the_history_alone() {
        HistoryAlarms.Beginning beginning =
                HistoryAlarms.NONE.begin(MachineAlarms.of(List.of(pending(HOT))), EVERYWHERE, EPOCH);

        assertThat(beginning.live()).containsExactly(new Dropped(HOT, Reason.CONTINUES_IN_HISTORY));
        assertThat(beginning.history()).containsExactly(new Pending(HOT, LIMIT, NOON));
    }

    @Test
    void a_pending_warning_beside_a_firing_critical_alarm_has_nothing_to_say() {
        HistoryAlarms.Beginning beginning =
                HistoryAlarms.NONE.begin(MachineAlarms.of(List.of(firing(HOT), pending(WARM))), EVERYWHERE, EPOCH);

        assertThat(beginning.live())
                .containsExactly(new SpansHistory(HOT, EPOCH), new Dropped(WARM, Reason.CONTINUES_IN_HISTORY));
        assertThat(beginning.history()).isEmpty();
    }

    @Test
    void what_the_collector_observes_itself_has_no_history() {
        AlarmKey silent = new AlarmKey("", Metric.SILENT_S, CRITICAL);
        AlarmKey skewed = new AlarmKey("", Metric.CLOCK_SKEW_S, WARNING);

        HistoryAlarms.Beginning beginning =
                HistoryAlarms.NONE.begin(MachineAlarms.of(List.of(firing(silent), pending(skewed))), EVERYWHERE, EPOCH);

        assertThat(beginning).isEqualTo(new HistoryAlarms.Beginning(List.of(), List.of(), Set.of()));
    }

    @Test
    void alarm_that_still_fires_at_the_end_is_mailed_as_past_once_for_both_severities() {
        List<AlarmChange> end = end(MachineAlarms.none(), false, firing(HOT), firing(WARM));

        assertThat(end).extracting(change -> ((Cleared) change).at()).containsOnly(NOON.plusSeconds(100));
        assertThat(mails(end)).containsExactly("WARNING", "CRITICAL PAST");
    }

    @Test
    void alarm_that_goes_on_live_is_not_mailed_as_past() {
        assertThat(mails(end(MachineAlarms.of(List.of(firing(HOT))), false, firing(HOT), firing(WARM))))
                .containsExactly("WARNING", "CRITICAL");
        assertThat(mails(end(MachineAlarms.of(List.of(firing(WARM))), false, firing(HOT))))
                .containsExactly("CRITICAL PAST");
        assertThat(mails(end(MachineAlarms.of(List.of(pending(HOT))), false, firing(HOT))))
                .containsExactly("CRITICAL PAST");
    }

    @Test
    void end_in_a_silence_is_not_mailed() {
        assertThat(mails(end(MachineAlarms.none(), true, firing(HOT)))).containsExactly("CRITICAL");
    }

    @Test
    void what_is_pending_at_the_end_leaves_no_trace() {
        assertThat(end(MachineAlarms.none(), false, pending(HOT)))
                .containsExactly(new Dropped(HOT, Reason.HISTORY_IS_OVER));
    }

    @Test
    void nothing_ends_before_it_was_raised_even_if_the_clock_went_backwards() {
        HistoryAlarms history = new HistoryAlarms(MachineAlarms.of(List.of(firing(HOT))), Set.of());

        AlarmChange end = history.end(MachineAlarms.none(), Optional.of(NOON.minusSeconds(1)), false, NOW, POLICY)
                .changes()
                .get(0);
        assertThat(((Cleared) end).at()).isEqualTo(NOON.plusSeconds(10));
    }

    private static List<AlarmChange> end(MachineAlarms live, boolean silenced, OpenAlarm... open) {
        HistoryAlarms history = new HistoryAlarms(MachineAlarms.of(List.of(open)), Set.of());
        return history.end(live, Optional.of(NOON.plusSeconds(100)), silenced, NOW, POLICY)
                .changes();
    }

    private static List<String> mails(List<AlarmChange> changes) {
        return changes.stream()
                .map(Cleared.class::cast)
                .map(change -> severity(change)
                        + change.mail().map(MailKind::name).map(" "::concat).orElse(""))
                .toList();
    }

    private static String severity(AlarmChange change) {
        Severity severity = change.key().severity();
        return severity.name();
    }

    private static OpenAlarm pending(AlarmKey key) {
        return new OpenAlarm(key, NOON, Optional.empty(), Optional.empty());
    }

    private static OpenAlarm firing(AlarmKey key) {
        return new OpenAlarm(key, NOON, Optional.of(NOON.plusSeconds(10)), Optional.of(NOW));
    }
}
