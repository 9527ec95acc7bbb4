package io.emberwatch.collector.testing;

/** Very many pending mails. */
public final class MailFlood {
    private static final String DIGITS = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"
            + " UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8"
            + " UNION ALL SELECT 9)";

    private MailFlood() {}

    /** Puts critical mails that are due into the outbox, each of an alarm of its own that is over. */
    public static void put(TestDatabase database, int machineId, String recipient, int count) {
        String from = database.query("SELECT COALESCE(MAX(id), 0) FROM alarm").get(0);
        database.execute("INSERT INTO alarm (machine_id, component, metric, severity, state, is_open, pending_since,"
                + " raise_at, clear_at, raised_at, raised_value, cleared_at, cleared_value)"
                + " SELECT " + machineId + ", '', 'cpu_temp_c', 'critical', 'cleared', NULL, '2026-03-01 11:00:00', 90,"
                + " 85, '2026-03-01 11:00:00', 96, '2026-03-01 11:01:00', 70"
                + " FROM " + DIGITS + " a, " + DIGITS + " b, " + DIGITS + " c, " + DIGITS + " e, " + DIGITS
                + " f LIMIT "
                + count);
        database.execute("INSERT INTO mail_outbox (alarm_id, kind, priority, recipient, message_id)"
                + " SELECT id, 'raised', 0, '" + recipient + "', CONCAT('<flood', id, '@example.org>')"
                + " FROM alarm WHERE id > " + from);
    }
}
