package io.emberwatch.collector.store;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.OpenAlarm.Settling;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Table {@code alarm} with its events and the mails about it. All methods work inside the caller's transaction.
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

    /**
     * A change of an alarm, and whose.
     *
     * @param isHistory whether the alarm is judged from history that comes in beside the live readings
     */
    public record MachineChange(int machineId, boolean isHistory, AlarmChange change) {}

    /** The open alarms of a machine: the live ones, and those of the history that comes in beside them. */
    public record OpenAlarms(List<OpenAlarm> live, List<OpenAlarm> history) {
        public OpenAlarms {
            live = List.copyOf(live);
            history = List.copyOf(history);
        }
    }

    private record Stored(int machineId, boolean isHistory, OpenAlarm alarm) {}

    public AlarmStore(MessageIds messageIds) {
        this.messageIds = messageIds;
    }

    /** The open alarms of each of these machines; every machine asked for has an entry. */
    public Map<Integer, OpenAlarms> loadOpen(Connection connection, Collection<Integer> machineIds)
            throws SQLException {
        String sql = "SELECT machine_id, component, metric, severity, is_history, pending_since, raised_at, mailed_at,"
                + " cleared_at, cleared_value FROM alarm WHERE is_open = 1 AND machine_id IN ("
                + Sql.placeholders(machineIds)
                + ") ORDER BY id";
        Map<Integer, List<Stored>> open = Sql.list(connection, sql, AlarmStore::readOpen, machineIds.toArray()).stream()
                .flatMap(Optional::stream)
                .collect(Collectors.groupingBy(Stored::machineId));
        return machineIds.stream()
                .collect(Collectors.toUnmodifiableMap(id -> id, id -> of(open.getOrDefault(id, List.of()))));
    }

    /** What the live alarms are about that were firing when a history was deferred, and speak for it too. */
    public Set<AlarmKey> spanning(Connection connection, int machineId, long historyEpoch) throws SQLException {
        String sql = "SELECT component, metric, severity FROM alarm WHERE machine_id = ? AND history_epoch = ?";
        return Sql.list(connection, sql, AlarmStore::readKey, machineId, historyEpoch).stream()
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Locks the open alarms of a machine until the transaction ends, without waiting.
     *
     * @return whether all of them are locked now; if not, somebody else has locked some
     */
    public boolean lockFree(Connection connection, int machineId) throws SQLException {
        String open = " FROM alarm FORCE INDEX (alarm_open_once) WHERE machine_id = ? AND is_open = 1";
        List<Long> free =
                Sql.list(connection, "SELECT id" + open + " FOR UPDATE SKIP LOCKED", row -> row.getLong(1), machineId);
        return Sql.list(connection, "SELECT id" + open, row -> row.getLong(1), machineId)
                        .size()
                <= free.size();
    }

    /**
     * Stores changes with their events and mails. Changes of one condition take effect in the order given; the same
     * change again has no further effect, but for repeats. A mail goes to the address that the owner has now.
     */
    public void apply(Connection connection, List<MachineChange> changes) throws SQLException {
        for (AlarmBatch batch : inRounds(changes)) {
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
                "INSERT INTO mail_outbox (alarm_id, kind, priority, recipient, message_id)"
                        + " SELECT a.id, 'raised', 1, o.mail, ? FROM alarm a JOIN machine m ON m.id = a.machine_id JOIN owner o ON o.id = m.owner_id"
                        + " WHERE a.id = ?",
                messageIds.next(),
                alarm);
    }

    /** The first change of every condition, then the second …: nearly always there is only the first. */
    private List<AlarmBatch> inRounds(List<MachineChange> changes) {
        List<AlarmBatch> rounds = new ArrayList<>();
        Map<AlarmBatch.Condition, Integer> seen = new HashMap<>();
        for (MachineChange of : changes) {
            var condition = new AlarmBatch.Condition(of.machineId(), of.change().key(), of.isHistory());
            int round = seen.merge(condition, 1, Integer::sum) - 1;
            if (round == rounds.size()) {
                rounds.add(new AlarmBatch(messageIds::next));
            }
            rounds.get(round).add(condition, of.change());
        }
        return rounds;
    }

    private static OpenAlarms of(List<Stored> ofMachine) {
        Map<Boolean, List<OpenAlarm>> byHistory = ofMachine.stream()
                .collect(Collectors.partitioningBy(
                        Stored::isHistory, Collectors.mapping(Stored::alarm, Collectors.toList())));
        return new OpenAlarms(byHistory.get(false), byHistory.get(true));
    }

    private static Optional<Stored> readOpen(ResultSet row) throws SQLException {
        Optional<AlarmKey> key = readKey(row);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> raisedAt = Sql.optionalTime(row, "raised_at");
        // Somebody with SQL may have written that a mail went out before the alarm was raised: then it did not.
        Optional<Instant> mailedAt = raisedAt.isPresent() ? Sql.optionalTime(row, "mailed_at") : Optional.empty();
        Optional<Settling> settling = raisedAt.isPresent() ? readSettling(row) : Optional.empty();
        return Optional.of(new Stored(
                row.getInt("machine_id"),
                row.getBoolean("is_history"),
                new OpenAlarm(key.get(), Sql.time(row, "pending_since"), raisedAt, mailedAt, settling)));
    }

    private static Optional<Settling> readSettling(ResultSet row) throws SQLException {
        Optional<Instant> clearedAt = Sql.optionalTime(row, "cleared_at");
        OptionalDouble value = Sql.optionalNumber(row, "cleared_value");
        return clearedAt.map(at -> new Settling(at, value));
    }

    /** Empty for a metric that this build does not know: a newer collector's alarm, which is left alone. */
    private static Optional<AlarmKey> readKey(ResultSet row) throws SQLException {
        Optional<Metric> metric = Metric.byColumn(row.getString("metric"));
        if (metric.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new AlarmKey(row.getString("component"), metric.get(), Sql.constant(row, "severity", Severity.class)));
    }
}
