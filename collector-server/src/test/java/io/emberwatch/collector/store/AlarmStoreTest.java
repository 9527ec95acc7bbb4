package io.emberwatch.collector.store;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Flapped;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.AlarmView;
import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.OpenAlarm.Settling;
import io.emberwatch.collector.model.OutboxState;
import io.emberwatch.collector.store.AlarmStore.Acknowledged;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.store.AlarmStore.OpenAlarms;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Metric;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class AlarmStoreTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final Limit LIMIT = new Limit(90, 85, Duration.ofSeconds(10));
    private static final OptionalDouble UNKNOWN = OptionalDouble.empty();

    @AutoClose
    private final TestDatabase database;

    private final AlarmStore store = new AlarmStore(new MessageIds("watch.example.org"));
    private final AlarmQueries queries = new AlarmQueries();
    private final int machine;
    private final AlarmKey hot;

    AlarmStoreTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
        hot = new AlarmKey("", CPU_TEMP_C, CRITICAL);
    }

    @Test
    void open_alarms_are_loaded_as_they_were_stored() throws SQLException {
        AlarmKey warm = new AlarmKey("GPU-5f1c", Metric.GPU_TEMP_C, WARNING);
        apply(new Pending(warm, LIMIT, NOON), raise(hot, true));

        assertThat(loadOpen())
                .containsExactlyInAnyOrder(
                        new OpenAlarm(warm, NOON, Optional.empty(), Optional.empty()),
                        new OpenAlarm(hot, NOON, Optional.of(NOON.plusSeconds(10)), Optional.of(NOON.plusSeconds(11))));
    }

    @Test
    void every_machine_asked_for_is_answered() throws SQLException {
        OpenAlarms none = new OpenAlarms(List.of(), List.of());
        assertThat(database.database()
                        .<Object>transact(connection -> store.loadOpen(connection, List.of(machine, 4711))))
                .isEqualTo(Map.of(machine, none, 4711, none));
        assertThat(database.database().<Object>transact(connection -> store.loadOpen(connection, List.of())))
                .isEqualTo(Map.of());
    }

    @Test
    void an_alarm_of_a_metric_that_this_build_does_not_know_is_left_alone() throws SQLException {
        database.execute("INSERT INTO alarm (machine_id, metric, severity, state, pending_since) VALUES (" + machine
                + ", 'flux_t', 'warning', 'firing', UTC_TIMESTAMP(3))");

        assertThat(loadOpen()).isEmpty();
    }

    @Test
    void pending_may_begin_anew_and_be_dropped_without_a_trace() throws SQLException {
        apply(new Pending(hot, LIMIT, NOON));
        apply(new Pending(hot, LIMIT, NOON.plusSeconds(60)));
        assertThat(loadOpen()).extracting(OpenAlarm::pendingSince).containsExactly(NOON.plusSeconds(60));

        apply(new Dropped(hot, Reason.BACK_TO_NORMAL));
        assertThat(database.query("SELECT id FROM alarm")).isEmpty();
    }

    @Test
    void raising_writes_the_alarm_its_event_and_a_mail_to_the_owner() throws SQLException {
        apply(new Pending(hot, LIMIT, NOON));
        apply(raise(hot, true));

        assertThat(alarms()).containsExactly("critical firing 96.00 of 90.00 since 12:00:10.123");
        assertThat(events()).containsExactly("raised 96.00 at 12:00:10.123");
        assertThat(mails()).containsExactly("raised to wang@example.org");
        assertThat(database.query("SELECT message_id FROM mail_outbox").get(0))
                .matches("<[0-9a-f-]{36}@watch\\.example\\.org>");
    }

    @Test
    void raising_again_changes_nothing() throws SQLException {
        apply(raise(hot, true));
        apply(raise(hot, true));

        assertThat(alarms()).hasSize(1);
        assertThat(events()).hasSize(1);
        assertThat(mails()).hasSize(1);
    }

    @Test
    void an_alarm_without_notification_is_notified_once() throws SQLException {
        apply(raise(hot, false));
        assertThat(mails()).isEmpty();

        Notified late = new Notified(hot, MailKind.RAISED, Notification.MAILED, UNKNOWN, NOON.plusSeconds(99));
        apply(late);
        apply(late);
        assertThat(mails()).containsExactly("raised to wang@example.org");
        assertThat(loadOpen().get(0).notifiedAt()).contains(NOON.plusSeconds(99));
    }

    @Test
    void an_alarm_that_another_mail_covers_has_none_of_its_own() throws SQLException {
        apply(
                raise(hot, false),
                new Notified(hot, MailKind.RAISED, Notification.COVERED, UNKNOWN, NOON.plusSeconds(99)));

        assertThat(mails()).isEmpty();
        assertThat(loadOpen().get(0).notifiedAt()).contains(NOON.plusSeconds(99));
    }

    @Test
    void repeats_go_out_until_somebody_acknowledges() throws SQLException {
        apply(raise(hot, true));
        everythingIsSent();
        apply(repeatAt(NOON.plusSeconds(3600)));
        everythingIsSent();
        assertThat(acknowledge(onlyAlarm(), "王芳")).isEqualTo(Acknowledged.DONE);
        apply(repeatAt(NOON.plusSeconds(7200)));

        assertThat(mails()).containsExactly("raised to wang@example.org", "repeated to wang@example.org");
        assertThat(database.query("SELECT kind FROM alarm_event ORDER BY id"))
                .containsExactly("raised", "repeated", "acknowledged");
        assertThat(loadOpen().get(0).notifiedAt()).contains(NOON.plusSeconds(3600));
    }

    @Test
    void a_repeat_is_left_out_while_an_earlier_mail_is_pending() throws SQLException {
        apply(raise(hot, true));
        apply(repeatAt(NOON.plusSeconds(3600)));

        assertThat(mails()).containsExactly("raised to wang@example.org");
    }

    @Test
    void clearing_closes_the_alarm_and_makes_room_for_the_next() throws SQLException {
        apply(raise(hot, true));
        apply(clear(Optional.of(MailKind.CLEARED)));
        assertThat(loadOpen()).isEmpty();
        assertThat(events()).containsExactly("raised 96.00 at 12:00:10.123", "cleared 71.00 at 12:05:00.123");

        apply(raise(hot, true));
        assertThat(database.query("SELECT state FROM alarm ORDER BY id")).containsExactly("cleared", "firing");
        assertThat(database.query("SELECT kind FROM mail_outbox ORDER BY id"))
                .containsExactly("raised", "cleared", "raised");
    }

    @Test
    void clearing_again_changes_nothing() throws SQLException {
        apply(raise(hot, true), clear(Optional.of(MailKind.CLEARED)));
        apply(clear(Optional.of(MailKind.CLEARED)));

        assertThat(events()).hasSize(2);
        assertThat(mails()).hasSize(2);
    }

    @Test
    void a_whole_life_in_one_batch_leaves_its_history_in_order() throws SQLException {
        apply(
                new Pending(hot, LIMIT, NOON),
                new Dropped(hot, Reason.BACK_TO_NORMAL),
                new Pending(hot, LIMIT, NOON),
                raise(hot, false),
                clear(Optional.of(MailKind.PAST)),
                raise(hot, true));

        assertThat(database.query("SELECT state FROM alarm ORDER BY id")).containsExactly("cleared", "firing");
        assertThat(mails()).containsExactly("past to wang@example.org", "raised to wang@example.org");
        assertThat(database.query("SELECT COUNT(*) FROM alarm WHERE mailed_at IS NOT NULL"))
                .containsExactly("2");
    }

    @Test
    void an_alarm_that_returns_before_it_is_over_stays_the_same_and_counts() throws SQLException {
        apply(raise(hot, true), settling(0), returned(1));
        assertThat(alarms()).containsExactly("critical firing 96.00 of 90.00 since 12:00:10.123");
        assertThat(returns()).containsExactly("1 last at 12:01:01.123, not cleared");

        apply(settling(20));
        assertThat(returns()).containsExactly("21 last at 12:01:20.123, cleared at 12:02:00.123 with 71.00");
        assertThat(database.query("SELECT state FROM alarm")).containsExactly("cleared");
        assertThat(loadOpen())
                .containsExactly(new OpenAlarm(
                        hot,
                        NOON,
                        Optional.of(NOON.plusSeconds(10)),
                        Optional.of(NOON.plusSeconds(11)),
                        Optional.of(new Settling(NOON.plusSeconds(120), OptionalDouble.of(71)))));
        assertThat(database.database().transact(queries::listOpen))
                .as("not firing now")
                .isEmpty();
        assertThat(events()).as("events so far").hasSize(1);
        assertThat(mails()).as("mails so far").hasSize(1);

        apply(clear(Optional.of(MailKind.CLEARED)), raise(hot, true));
        assertThat(database.query("SELECT CONCAT_WS(' ', state, returned_count) FROM alarm ORDER BY id"))
                .containsExactly("cleared 21", "firing 0");
        assertThat(database.query("SELECT kind FROM alarm_event ORDER BY id"))
                .containsExactly("raised", "cleared", "raised");
        assertThat(database.query("SELECT kind FROM mail_outbox ORDER BY id"))
                .containsExactly("raised", "cleared", "raised");
    }

    @Test
    void an_alarm_that_may_return_cannot_be_taken_on_or_dropped() throws SQLException {
        apply(raise(hot, true), settling(0));

        assertThat(acknowledge(onlyAlarm(), "lena")).isEqualTo(Acknowledged.NOT_FIRING);
        apply(new Dropped(hot, Reason.BACK_TO_NORMAL), new Pending(hot, LIMIT, NOON));
        assertThat(database.query("SELECT state FROM alarm")).containsExactly("cleared");
    }

    @Test
    void many_alarms_at_once_are_stored_alike() throws SQLException {
        List<AlarmChange> raises = new ArrayList<>();
        List<AlarmChange> clears = new ArrayList<>();
        for (int gpu = 0; gpu < 50; gpu++) {
            AlarmKey condition = new AlarmKey("GPU-" + gpu, Metric.GPU_TEMP_C, WARNING);
            raises.add(new Pending(condition, LIMIT, NOON));
            raises.add(raise(condition, gpu % 2 == 0));
            clears.add(new Cleared(
                    condition,
                    NOON.plusSeconds(300),
                    OptionalDouble.of(1),
                    Reason.BACK_TO_NORMAL,
                    Optional.empty(),
                    NOON));
        }

        apply(raises.toArray(AlarmChange[]::new));
        assertThat(loadOpen()).hasSize(50);
        assertThat(mails()).hasSize(25);
        apply(clears.toArray(AlarmChange[]::new));
        assertThat(loadOpen()).isEmpty();
        assertThat(events()).hasSize(100);
    }

    @Test
    void a_mail_goes_to_the_address_that_the_owner_has_when_it_falls_due() throws SQLException {
        apply(raise(hot, true));
        database.execute("UPDATE owner SET mail = 'new@example.org'");
        apply(clear(Optional.of(MailKind.CLEARED)));

        assertThat(mails()).containsExactly("raised to wang@example.org", "cleared to new@example.org");
    }

    @Test
    void acknowledging_says_what_came_of_it() throws SQLException {
        apply(raise(hot, true));
        long alarm = onlyAlarm();

        assertThat(acknowledge(alarm, "lena")).isEqualTo(Acknowledged.DONE);
        assertThat(acknowledge(alarm, "ana")).isEqualTo(Acknowledged.ALREADY);
        apply(clear(Optional.empty()));
        assertThat(acknowledge(alarm, "ana")).isEqualTo(Acknowledged.NOT_FIRING);
        assertThat(acknowledge(4711, "ana")).isEqualTo(Acknowledged.NO_SUCH_ALARM);
        assertThatThrownBy(() -> acknowledge(alarm, " ")).hasMessageContaining("expected a name");
        assertThat(database.query("SELECT acknowledged_by FROM alarm")).containsExactly("lena");
    }

    @Test
    void open_alarms_are_listed_and_shown_with_their_history() throws SQLException {
        apply(raise(hot, true));
        acknowledge(onlyAlarm(), "王芳");

        AlarmView listed = database.database().transact(queries::listOpen).get(0);
        assertThat(listed.machine()).isEqualTo("gpu07");
        assertThat(listed.raised()).contains(new Moment(NOON.plusSeconds(10), OptionalDouble.of(96)));
        assertThat(listed.acknowledgement().map(AlarmView.Acknowledgement::by)).contains("王芳");
        AlarmView.History shown = database.database()
                .transact(connection -> queries.show(connection, listed.id()))
                .orElseThrow();
        assertThat(shown.alarm()).isEqualTo(listed);
        assertThat(shown.events()).extracting(AlarmView.History.Event::kind).containsExactly("raised", "acknowledged");
        assertThat(shown.mails()).extracting(AlarmView.History.Mail::state).containsExactly(OutboxState.PENDING);
        Optional<AlarmView.History> unknown =
                database.database().transact(connection -> queries.show(connection, 4711));
        assertThat(unknown).isEmpty();
    }

    @Test
    void a_test_alarm_is_over_at_once_and_has_one_mail() throws SQLException {
        long mail = database.database().transact(connection -> store.createTest(connection, machine));

        assertThat(database.query("SELECT id FROM mail_outbox")).containsExactly(Long.toString(mail));
        assertThat(database.query("SELECT CONCAT(metric, ' ', state) FROM alarm"))
                .containsExactly("test cleared");
        assertThat(loadOpen()).isEmpty();
        assertThatThrownBy(() -> database.database().transact(connection -> store.createTest(connection, 4711)))
                .isInstanceOf(SQLException.class);
    }

    private void apply(AlarmChange... changes) throws SQLException {
        database.database().transact(connection -> {
            store.apply(
                    connection,
                    Stream.of(changes)
                            .map(change -> new MachineChange(machine, false, change))
                            .toList());
            return true;
        });
    }

    private Acknowledged acknowledge(long alarm, String by) throws SQLException {
        return database.database().transact(connection -> store.acknowledge(connection, alarm, by));
    }

    private List<OpenAlarm> loadOpen() throws SQLException {
        return database.database()
                .transact(connection -> store.loadOpen(connection, List.of(machine)))
                .get(machine)
                .live();
    }

    private long onlyAlarm() {
        return Long.parseLong(database.query("SELECT id FROM alarm").get(0));
    }

    private void everythingIsSent() {
        database.execute("UPDATE mail_outbox SET state = 'sent'");
    }

    private List<String> alarms() {
        return database.query("SELECT CONCAT(severity, ' ', state, ' ', raised_value, ' of ', raise_at, ' since ',"
                + " SUBSTRING(raised_at, 12)) FROM alarm ORDER BY id");
    }

    private List<String> events() {
        return database.query(
                "SELECT CONCAT(kind, ' ', value, ' at ', SUBSTRING(happened_at, 12)) FROM alarm_event ORDER BY id");
    }

    private List<String> mails() {
        return database.query("SELECT CONCAT(kind, ' to ', recipient) FROM mail_outbox ORDER BY id");
    }

    private static Raised raise(AlarmKey condition, boolean mail) {
        Notification notification = mail ? Notification.MAILED : Notification.SUPPRESSED;
        return new Raised(condition, LIMIT, NOON, NOON.plusSeconds(10), 96, notification, NOON.plusSeconds(11));
    }

    /** Cleared, after it has returned so often. */
    private Flapped settling(int times) {
        Optional<Instant> lastAt = times == 0 ? Optional.empty() : Optional.of(NOON.plusSeconds(60 + times));
        Settling cleared = new Settling(NOON.plusSeconds(120), OptionalDouble.of(71));
        return new Flapped(hot, times, lastAt, Optional.of(cleared));
    }

    private Flapped returned(int times) {
        return new Flapped(hot, times, Optional.of(NOON.plusSeconds(60 + times)), Optional.empty());
    }

    private List<String> returns() {
        return database.query("SELECT CONCAT(returned_count, ' last at ', SUBSTRING(returned_at, 12),"
                + " IF(cleared_at IS NULL, ', not cleared',"
                + " CONCAT(', cleared at ', SUBSTRING(cleared_at, 12), ' with ', cleared_value))) FROM alarm");
    }

    private Notified repeatAt(Instant time) {
        return new Notified(hot, MailKind.REPEATED, Notification.MAILED, OptionalDouble.of(97), time);
    }

    private Cleared clear(Optional<MailKind> mail) {
        Instant at = NOON.plusSeconds(300);
        return new Cleared(hot, at, OptionalDouble.of(71), Reason.BACK_TO_NORMAL, mail, at.plusSeconds(1));
    }
}
