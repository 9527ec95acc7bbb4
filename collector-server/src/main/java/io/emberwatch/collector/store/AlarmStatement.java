package io.emberwatch.collector.store;

/** The statements that store changes of alarms, in the order in which those of one change must run. */
enum AlarmStatement {
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
    TELL("UPDATE alarm SET mailed_at = ?" + Where.FIRING),
    /** Before the mail: it locks the row, so that an acknowledgement comes wholly before or wholly after. */
    TELL_AGAIN("UPDATE alarm SET mailed_at = ?" + Where.FIRING + " AND acknowledged_at IS NULL"),
    RAISED_EVENT("INSERT INTO alarm_event (alarm_id, kind, happened_at, value) SELECT id, 'raised', ?, ? FROM alarm"
            + Where.FIRING
            + " AND NOT EXISTS (SELECT 1 FROM alarm_event e WHERE e.alarm_id = alarm.id AND e.kind = 'raised')"),
    REPEATED_EVENT("INSERT INTO alarm_event (alarm_id, kind, happened_at, value) SELECT id, 'repeated', ?, ?"
            + " FROM alarm" + Where.FIRING + " AND acknowledged_at IS NULL"),
    RAISED_MAIL(
            "INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id) SELECT alarm.id, 'raised', owner.mail, ?"
                    + Where.FIRING_WITH_OWNER
                    + " AND NOT EXISTS (SELECT 1 FROM mail_outbox o WHERE o.alarm_id = alarm.id AND o.kind = 'raised')"),
    /** Not while an earlier mail waits: after a day without mail server, one mail an alarm is enough. */
    REPEATED_MAIL("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id)"
            + " SELECT alarm.id, 'repeated', owner.mail, ?" + Where.FIRING_WITH_OWNER
            + " AND acknowledged_at IS NULL"
            + " AND NOT EXISTS (SELECT 1 FROM mail_outbox o WHERE o.alarm_id = alarm.id AND o.state = 'pending')"),
    SPAN("UPDATE alarm SET history_epoch = ?" + Where.FIRING),
    CLEARED_EVENT("INSERT INTO alarm_event (alarm_id, kind, happened_at, value, note)"
            + " SELECT id, 'cleared', ?, ?, ? FROM alarm" + Where.FIRING),
    CLOSING_MAIL("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id) SELECT alarm.id, ?, owner.mail, ?"
            + Where.FIRING_WITH_OWNER),
    CLEAR("UPDATE alarm SET state = 'cleared', is_open = NULL, cleared_at = ?, cleared_value = ?,"
            + " mailed_at = COALESCE(?, mailed_at)" + Where.FIRING);

    private final String sql;

    AlarmStatement(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }

    /** Finds the alarm by {@code alarm_open_once}. */
    private static final class Where {
        static final String OPEN = " WHERE machine_id = ? AND component = ? AND metric = ? AND severity = ?"
                + " AND is_history = ? AND is_open = 1";
        static final String FIRING = OPEN + " AND state = 'firing'";
        static final String FIRING_WITH_OWNER =
                " FROM alarm JOIN machine ON machine.id = alarm.machine_id JOIN owner ON owner.id = machine.owner_id"
                        + FIRING;
    }
}
