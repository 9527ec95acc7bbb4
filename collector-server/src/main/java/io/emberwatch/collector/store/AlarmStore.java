package io.emberwatch.collector.store;

import io.emberwatch.collector.model.AlarmCondition;
import io.emberwatch.collector.model.AlarmRow;
import io.emberwatch.collector.model.AlarmWrite;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Table {@code alarm} with its events and the mails that it owes. All methods work inside the caller's transaction.
 * Thread-safe.
 */
public final class AlarmStore {
    /** Stands in place of a metric in a test alarm. */
    public static final String TEST_METRIC = "test";

    private static final int MAX_NAME_CHARACTERS = 100;

    private final MessageIds messageIds;

    /** What came of an acknowledgement. */
    public enum Acknowledged {
        DONE,
        /** Somebody had acknowledged it before; that stays. */
        ALREADY,
        /** It is not firing: pending or over. */
        NOT_FIRING,
        NO_SUCH_ALARM
    }

    public AlarmStore(MessageIds messageIds) {
        this.messageIds = messageIds;
    }

    /** The open alarms of each of these machines, live and in history; every machine asked for has an entry. */
    public Map<Integer, List<AlarmRow>> loadOpen(Connection connection, Collection<Integer> machineIds)
            throws SQLException {
        Map<Integer, List<AlarmRow>> open = new HashMap<>();
        machineIds.forEach(id -> open.put(id, new ArrayList<>()));
        if (!open.isEmpty()) {
            String sql =
                    "SELECT machine_id, component, metric, severity, is_history, pending_since, raised_at, mailed_at"
                            + " FROM alarm WHERE is_open = 1 AND machine_id IN (" + Sql.marks(open.size())
                            + ") ORDER BY id";
            Sql.list(connection, sql, AlarmStore::readOpen, open.keySet().toArray()).stream()
                    .flatMap(Optional::stream)
                    .forEach(row -> open.get(row.condition().machineId()).add(row));
        }
        open.replaceAll((id, rows) -> List.copyOf(rows));
        return open;
    }

    /** What the live alarms are about that were firing when a history was put off, and speak for it too. */
    public List<AlarmCondition> spanning(Connection connection, int machineId, long historyEpoch) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT machine_id, component, metric, severity, is_history FROM alarm"
                                + " WHERE machine_id = ? AND history_epoch = ?",
                        AlarmStore::readCondition,
                        machineId,
                        historyEpoch)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Stores changes with their events and mails. Changes of one condition take effect in the order given; the same
     * change again has no further effect, but for repeats. A mail goes to the address that the owner has now.
     */
    public void apply(Connection connection, List<AlarmWrite> writes) throws SQLException {
        for (AlarmBatch batch : inRounds(writes)) {
            batch.execute(connection);
        }
    }

    /**
     * Notes that somebody takes an alarm on; it is not repeated any more.
     *
     * @param by name of that person, 100 characters at most
     */
    public Acknowledged acknowledge(Connection connection, long alarmId, String by) throws SQLException {
        if (by.isBlank() || by.codePointCount(0, by.length()) > MAX_NAME_CHARACTERS) {
            throw new IllegalArgumentException("expected a name of 1 to 100 characters, but got: " + by);
        }
        int changed = Sql.update(
                connection,
                "UPDATE alarm SET acknowledged_at = UTC_TIMESTAMP(3), acknowledged_by = ?"
                        + " WHERE id = ? AND is_history = 0 AND is_open = 1 AND state = 'firing' AND acknowledged_at IS NULL",
                by,
                alarmId);
        if (changed == 1) {
            Sql.update(
                    connection,
                    "INSERT INTO alarm_event (alarm_id, kind, happened_at, note)"
                            + " VALUES (?, 'acknowledged', UTC_TIMESTAMP(3), ?)",
                    alarmId,
                    by);
            return Acknowledged.DONE;
        }
        return Sql.one(
                        connection,
                        "SELECT is_open = 1 AND acknowledged_at IS NOT NULL FROM alarm WHERE id = ?",
                        row -> row.getBoolean(1) ? Acknowledged.ALREADY : Acknowledged.NOT_FIRING,
                        alarmId)
                .orElse(Acknowledged.NO_SUCH_ALARM);
    }

    /**
     * Makes an alarm that is marked as a test and over at once, and puts its mail into the outbox.
     *
     * @return identity of the mail, to follow it through {@link OutboxStore#status}
     * @throws SQLException also if there is no such machine
     */
    public long createTest(Connection connection, int machineId) throws SQLException {
        long alarm = Sql.insert(
                connection,
                "INSERT INTO alarm (machine_id, metric, severity, state, is_open, pending_since, raised_at, cleared_at,"
                        + " mailed_at) VALUES (?, ?, 'warning', 'cleared', NULL, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3),"
                        + " UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
                machineId,
                TEST_METRIC);
        Sql.update(
                connection,
                "INSERT INTO alarm_event (alarm_id, kind, happened_at, note) VALUES (?, 'raised', UTC_TIMESTAMP(3), ?)",
                alarm,
                TEST_METRIC);
        return Sql.insert(
                connection,
                "INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id) SELECT a.id, 'raised', o.mail, ?"
                        + " FROM alarm a JOIN machine m ON m.id = a.machine_id JOIN owner o ON o.id = m.owner_id"
                        + " WHERE a.id = ?",
                messageIds.next(),
                alarm);
    }

    /** The first change of every condition, then the second …: nearly always there is only the first. */
    private List<AlarmBatch> inRounds(List<AlarmWrite> writes) {
        List<AlarmBatch> rounds = new ArrayList<>();
        Map<AlarmCondition, Integer> seen = new HashMap<>();
        for (AlarmWrite write : writes) {
            int round = seen.merge(write.condition(), 1, Integer::sum) - 1;
            if (round == rounds.size()) {
                rounds.add(new AlarmBatch(messageIds::next));
            }
            rounds.get(round).add(write);
        }
        return rounds;
    }

    /** Empty for a metric that this build does not know: a newer collector's alarm, which is left alone. */
    private static Optional<AlarmRow> readOpen(ResultSet row) throws SQLException {
        Optional<AlarmCondition> condition = readCondition(row);
        if (condition.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new AlarmRow(
                condition.get(),
                Sql.time(row, "pending_since"),
                Sql.optionalTime(row, "raised_at"),
                Sql.optionalTime(row, "mailed_at")));
    }

    private static Optional<AlarmCondition> readCondition(ResultSet row) throws SQLException {
        Optional<Metric> metric = Metric.byColumn(row.getString("metric"));
        if (metric.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new AlarmCondition(
                row.getInt("machine_id"),
                row.getString("component"),
                metric.get(),
                Sql.constant(row, "severity", Severity.class),
                row.getBoolean("is_history")));
    }
}
