package io.emberwatch.collector.store;

import io.emberwatch.collector.model.AlarmView;
import io.emberwatch.collector.model.AlarmView.Acknowledgement;
import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OutboxState;
import io.emberwatch.collector.model.Severity;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Alarms for people to look at. Thread-safe. */
public final class AlarmQueries {
    private static final String ALARM =
            "SELECT a.*, m.name AS machine FROM alarm a JOIN machine m ON m.id = a.machine_id";

    /** All open live alarms of all machines, the longest open first. */
    public List<AlarmView> listOpen(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                ALARM
                        + " WHERE a.is_open = 1 AND a.is_history = 0 AND a.state <> 'cleared' ORDER BY a.pending_since, a.id",
                AlarmQueries::readAlarm);
    }

    /** One alarm with its history; empty if there is none of this number. */
    public Optional<AlarmView.History> show(Connection connection, long alarmId) throws SQLException {
        Optional<AlarmView> alarm = Sql.one(connection, ALARM + " WHERE a.id = ?", AlarmQueries::readAlarm, alarmId);
        if (alarm.isEmpty()) {
            return Optional.empty();
        }
        List<AlarmView.History.Event> events = Sql.list(
                connection,
                "SELECT kind, happened_at, value, note FROM alarm_event WHERE alarm_id = ? ORDER BY id",
                AlarmQueries::readEvent,
                alarmId);
        List<AlarmView.History.Mail> mails = Sql.list(
                connection,
                "SELECT kind, recipient, state, last_error, sent_at FROM mail_outbox WHERE alarm_id = ? ORDER BY id",
                AlarmQueries::readMail,
                alarmId);
        return Optional.of(new AlarmView.History(alarm.get(), events, mails));
    }

    private static AlarmView readAlarm(ResultSet row) throws SQLException {
        return new AlarmView(
                row.getLong("id"),
                row.getString("machine"),
                row.getString("component"),
                row.getString("metric"),
                Sql.constant(row, "severity", Severity.class),
                row.getBoolean("is_history"),
                Sql.constant(row, "state", AlarmView.State.class),
                Sql.time(row, "pending_since"),
                Sql.optionalNumber(row, "raise_at"),
                moment(row, "raised_at", "raised_value"),
                moment(row, "cleared_at", "cleared_value"),
                Sql.optionalTime(row, "mailed_at"),
                acknowledgement(row),
                row.getInt("returned_count"),
                Sql.optionalTime(row, "returned_at"));
    }

    static Optional<Moment> moment(ResultSet row, String time, String value) throws SQLException {
        Optional<Instant> at = Sql.optionalTime(row, time);
        return at.isEmpty() ? Optional.empty() : Optional.of(new Moment(at.get(), Sql.optionalNumber(row, value)));
    }

    private static Optional<Acknowledgement> acknowledgement(ResultSet row) throws SQLException {
        Optional<Instant> at = Sql.optionalTime(row, "acknowledged_at");
        String by = Sql.optionalText(row, "acknowledged_by").orElse("");
        return at.map(time -> new Acknowledgement(time, by));
    }

    private static AlarmView.History.Event readEvent(ResultSet row) throws SQLException {
        Moment moment = new Moment(Sql.time(row, "happened_at"), Sql.optionalNumber(row, "value"));
        return new AlarmView.History.Event(row.getString("kind"), moment, Sql.optionalText(row, "note"));
    }

    private static AlarmView.History.Mail readMail(ResultSet row) throws SQLException {
        return new AlarmView.History.Mail(
                Sql.constant(row, "kind", MailKind.class),
                row.getString("recipient"),
                Sql.constant(row, "state", OutboxState.class),
                Sql.optionalText(row, "last_error"),
                Sql.optionalTime(row, "sent_at"));
    }
}
