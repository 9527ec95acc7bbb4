package io.emberwatch.collector.store;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Flapped;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.SpansHistory;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm.Settling;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Changes of different alarms, as one JDBC batch per kind of statement. No statement needs the number of an alarm: all
 * find it by the unique key of its condition, so nothing is read back between them. Not thread-safe.
 */
final class AlarmBatch {
    private final Map<Statement, List<Object[]>> rows = new EnumMap<>(Statement.class);
    private final Supplier<String> messageIds;

    /**
     * What an alarm is about; at most one is open for each.
     *
     * @param isHistory whether it is judged from history that comes in beside the live readings
     */
    record Condition(int machineId, AlarmKey key, boolean isHistory) {
        Stream<Object> parameters() {
            return Stream.of(machineId, key.component(), key.metric().column(), key.severity(), isHistory ? 1 : 0);
        }
    }

    AlarmBatch(Supplier<String> messageIds) {
        this.messageIds = messageIds;
    }

    void add(Condition condition, AlarmChange change) {
        if (change instanceof Pending pending) {
            Limit limit = pending.limit();
            addNew(Statement.PEND, condition, pending.since(), limit.raiseAt(), limit.clearAt());
        } else if (change instanceof Dropped) {
            add(Statement.DROP, condition);
        } else if (change instanceof Raised raised) {
            raise(condition, raised);
        } else if (change instanceof Notified notified) {
            notify(condition, notified);
        } else if (change instanceof Flapped flapped) {
            flap(condition, flapped);
        } else if (change instanceof SpansHistory spans) {
            add(Statement.SPAN, condition, spans.historyEpoch());
        } else if (change instanceof Cleared cleared) {
            clear(condition, cleared);
        }
    }

    void execute(Connection connection) throws SQLException {
        for (Map.Entry<Statement, List<Object[]>> entry : rows.entrySet()) {
            Sql.batch(connection, entry.getKey().sql, entry.getValue());
        }
    }

    private void raise(Condition condition, Raised raised) {
        Limit limit = raised.limit();
        addNew(
                Statement.RAISE,
                condition,
                raised.pendingSince(),
                limit.raiseAt(),
                limit.clearAt(),
                raised.at(),
                raised.value(),
                raised.notifiedAt());
        add(Statement.RAISED_EVENT, condition, raised.at(), raised.value());
        if (raised.notification() == Notification.MAILED) {
            add(Statement.RAISED_MAIL, condition, messageIds.get());
        }
    }

    private void notify(Condition condition, Notified notified) {
        boolean isMailed = notified.notification() == Notification.MAILED;
        if (isMailed && notified.kind() == MailKind.REPEATED) {
            add(Statement.NOTIFY_AGAIN, condition, notified.now());
            add(Statement.REPEATED_EVENT, condition, notified.now(), notified.value());
            add(Statement.REPEATED_MAIL, condition, messageIds.get());
            return;
        }
        add(Statement.NOTIFY, condition, notified.now());
        if (isMailed) {
            add(Statement.RAISED_MAIL, condition, messageIds.get());
        }
    }

    private void flap(Condition condition, Flapped flapped) {
        add(
                Statement.FLAP,
                condition,
                flapped.settling().isPresent() ? "cleared" : "firing",
                flapped.settling().map(Settling::at),
                flapped.settling().map(Settling::value).orElse(OptionalDouble.empty()),
                flapped.times(),
                flapped.lastAt());
    }

    private void clear(Condition condition, Cleared cleared) {
        add(
                Statement.CLEARED_EVENT,
                condition,
                cleared.at(),
                cleared.value(),
                cleared.reason().note());
        cleared.mail().ifPresent(kind -> add(Statement.CLOSING_MAIL, condition, kind, messageIds.get()));
        Optional<Instant> mailedAt = cleared.mail().map(kind -> cleared.now());
        add(Statement.CLEAR, condition, cleared.at(), cleared.value(), mailedAt);
    }

    /** For statements whose parameters end with the condition. */
    private void add(Statement statement, Condition condition, Object... parameters) {
        put(statement, Stream.concat(Stream.of(parameters), condition.parameters()));
    }

    /** For statements that make a row: their parameters begin with the condition. */
    private void addNew(Statement statement, Condition condition, Object... parameters) {
        put(statement, Stream.concat(condition.parameters(), Stream.of(parameters)));
    }

    private void put(Statement statement, Stream<Object> parameters) {
        rows.computeIfAbsent(statement, s -> new ArrayList<>()).add(parameters.toArray());
    }

    /** The statements that store changes of alarms, in the order in which those of one change must run. */
    private enum Statement {
        PEND("""
                INSERT INTO alarm (machine_id, component, metric, severity, is_history, pending_since, raise_at, clear_at,
                  state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending')
                ON DUPLICATE KEY UPDATE
                  raise_at = IF(state = 'pending', VALUES(raise_at), raise_at),
                  clear_at = IF(state = 'pending', VALUES(clear_at), clear_at),
                  pending_since = IF(state = 'pending', VALUES(pending_since), pending_since)"""),
        DROP("DELETE FROM alarm" + Where.OPEN + " AND state = 'pending'"),
        /** The state comes last: the other columns ask for the state before. */
        RAISE("""
                INSERT INTO alarm (machine_id, component, metric, severity, is_history, pending_since, raise_at, clear_at,
                  raised_at, raised_value, mailed_at, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'firing')
                ON DUPLICATE KEY UPDATE
                  pending_since = IF(state = 'pending', VALUES(pending_since), pending_since),
                  raise_at = IF(state = 'pending', VALUES(raise_at), raise_at),
                  clear_at = IF(state = 'pending', VALUES(clear_at), clear_at),
                  raised_at = IF(state = 'pending', VALUES(raised_at), raised_at),
                  raised_value = IF(state = 'pending', VALUES(raised_value), raised_value),
                  mailed_at = IF(state = 'pending', VALUES(mailed_at), mailed_at),
                  state = 'firing'"""),
        NOTIFY("UPDATE alarm SET mailed_at = ?" + Where.FIRING),
        /** Before the mail: it locks the row, so that an acknowledgement comes wholly before or wholly after. */
        NOTIFY_AGAIN("UPDATE alarm SET mailed_at = ?" + Where.FIRING + " AND acknowledged_at IS NULL"),
        RAISED_EVENT("INSERT INTO alarm_event (alarm_id, kind, happened_at, value) SELECT id, 'raised', ?, ? FROM alarm"
                + Where.FIRING
                + " AND NOT EXISTS (SELECT 1 FROM alarm_event e WHERE e.alarm_id = alarm.id AND e.kind = 'raised')"),
        REPEATED_EVENT("INSERT INTO alarm_event (alarm_id, kind, happened_at, value) SELECT id, 'repeated', ?, ?"
                + " FROM alarm" + Where.FIRING + " AND acknowledged_at IS NULL"),
        RAISED_MAIL(
                "INSERT INTO mail_outbox (alarm_id, kind, priority, recipient, message_id) SELECT alarm.id, 'raised',"
                        + " IF(alarm.severity = 'critical' OR alarm.metric = 'silent_s', 0, 1), owner.mail, ?"
                        + Where.FIRING_WITH_OWNER
                        + " AND NOT EXISTS (SELECT 1 FROM mail_outbox o WHERE o.alarm_id = alarm.id AND o.kind = 'raised')"),
        /** Not while an earlier mail waits: after a day without mail server, one mail an alarm is enough. */
        REPEATED_MAIL("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id)"
                + " SELECT alarm.id, 'repeated', owner.mail, ?" + Where.FIRING_WITH_OWNER
                + " AND acknowledged_at IS NULL"
                + " AND NOT EXISTS (SELECT 1 FROM mail_outbox o WHERE o.alarm_id = alarm.id AND o.state = 'pending')"),
        FLAP("UPDATE alarm SET state = ?, cleared_at = ?, cleared_value = ?, returned_count = returned_count + ?,"
                + " returned_at = COALESCE(?, returned_at)" + Where.RAISED),
        SPAN("UPDATE alarm SET history_epoch = ?" + Where.FIRING),
        CLEARED_EVENT("INSERT INTO alarm_event (alarm_id, kind, happened_at, value, note)"
                + " SELECT id, 'cleared', ?, ?, ? FROM alarm" + Where.RAISED),
        CLOSING_MAIL("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id) SELECT alarm.id, ?, owner.mail, ?"
                + Where.OF_OWNER + Where.RAISED),
        CLEAR("UPDATE alarm SET state = 'cleared', is_open = NULL, cleared_at = ?, cleared_value = ?,"
                + " mailed_at = COALESCE(?, mailed_at)" + Where.RAISED);

        private final String sql;

        Statement(String sql) {
            this.sql = sql;
        }

        /** Finds the alarm by {@code alarm_open_once}. */
        private static final class Where {
            static final String OPEN = " WHERE machine_id = ? AND component = ? AND metric = ? AND severity = ?"
                    + " AND is_history = ? AND is_open = 1";
            static final String FIRING = OPEN + " AND state = 'firing'";
            /** Firing, or cleared but not over. */
            static final String RAISED = OPEN + " AND state <> 'pending'";

            static final String OF_OWNER =
                    " FROM alarm JOIN machine ON machine.id = alarm.machine_id JOIN owner ON owner.id = machine.owner_id";
            static final String FIRING_WITH_OWNER = OF_OWNER + FIRING;
        }
    }
}
