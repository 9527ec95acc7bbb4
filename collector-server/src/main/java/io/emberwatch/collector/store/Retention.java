package io.emberwatch.collector.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deletes what is older than it is to be kept, in every table that grows without end but those with partitions by day.
 * By the database's clock wherever a row says when it was stored; small transactions by primary key with a pause after
 * each, so that no writer waits for long. What is open, pending or in use is never deleted. Any number of collectors
 * may do so at a time: a row that is gone already is no loss. Thread-safe.
 */
public final class Retention {
    /** Rows that are looked at, or deleted, in one transaction. */
    static final int BATCH = 1_000;
    /** Rows of one machine, or of one card, in each table that a machine can fill by itself; the oldest go. */
    public static final int MAX_ROWS_EACH = 100_000;

    /** A card's errors go with it, in the same transaction. */
    private static final int CARDS_IN_BATCH = 10;

    private static final int MOST_TRIES = 5;
    private static final int MAX_XIDS_EACH = 10_000;
    private static final int MAX_REJECTED_EACH = 10_000;

    /** No row may be waited for that another transaction has, and none but these is to be locked. */
    private static final String BY_ID = " FORCE INDEX (PRIMARY) WHERE ";

    private static final String OLD_CARDS = "SELECT g.id FROM gpu g"
            + " JOIN machine_inventory i ON i.machine_id = g.machine_id AND g.last_seen_at < i.updated_at"
            + " WHERE g.id > ? AND g.last_seen_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND"
            + " AND (g.retired_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND OR g.uuid LIKE 'PCI-%' OR g.uuid LIKE 'card-%')"
            + " AND NOT EXISTS (SELECT 1 FROM gpu_reading r WHERE r.gpu_id = g.id"
            + " AND r.taken_at >= UTC_TIMESTAMP(3) - INTERVAL ? SECOND)"
            + " ORDER BY g.id LIMIT " + CARDS_IN_BATCH;

    private static final ByAge SENT_MAILS = new ByAge(
            "mail_outbox o", "o.id", "o.state <> 'pending' AND o.created_at < {then}", "o.created_at >= {then}");
    private static final ByAge REJECTED =
            new ByAge("reading_rejected r", "r.id", "r.rejected_at < {then}", "r.rejected_at >= {then}");
    /** An alarm has its times from its machine's clock; its events say when they were stored. */
    private static final ByAge CLEARED_ALARMS = new ByAge(
            "alarm a",
            "a.id",
            "a.is_open IS NULL AND COALESCE((SELECT MAX(e.recorded_at) FROM alarm_event e WHERE e.alarm_id = a.id),"
                    + " a.cleared_at) < {then}"
                    + " AND NOT EXISTS (SELECT 1 FROM mail_outbox o WHERE o.alarm_id = a.id AND o.state = 'pending')",
            "COALESCE((SELECT MIN(e.recorded_at) FROM alarm_event e WHERE e.alarm_id = a.id) >= {then}, 0)");

    private final Database database;
    private final Pause pause;
    private final Map<String, Deletion> deletions = new LinkedHashMap<>();

    /** Lets others go first. */
    @FunctionalInterface
    public interface Pause {
        void make() throws InterruptedException;
    }

    @FunctionalInterface
    private interface Deletion {
        long run() throws SQLException, InterruptedException;
    }

    /** @param pause made after each transaction */
    public Retention(Database database, Ages ages, Pause pause) {
        this.database = database;
        this.pause = pause;
        deletions.put("reading_ahead", () -> deleteAhead("reading_ahead", "machine_id", ages.ahead()));
        deletions.put("gpu_reading_ahead", () -> deleteAhead("gpu_reading_ahead", "gpu_id", ages.ahead()));
        deletions.put("reading_rejected", () -> deleteRejected(ages.rejectedReadings()));
        deletions.put("mail_outbox", () -> delete(SENT_MAILS, ages.mails(), ids -> deleteIn("mail_outbox", "id", ids)));
        deletions.put("alarm", () -> delete(CLEARED_ALARMS, ages.alarms(), this::deleteAlarms));
        deletions.put("gpu_xid", () -> deleteXids(ages.gpus()));
        deletions.put("gpu", () -> deleteCards(ages.gpus()));
    }

    /** The tables that something is deleted from, in that order; an alarm's events and mails go with it. */
    public Set<String> tables() {
        return deletions.keySet();
    }

    /**
     * Deletes what is too old in one of {@link #tables()}; may take minutes.
     *
     * @return how many rows
     * @throws SQLException at the first transaction that fails; those before it are committed
     */
    public long clean(String table) throws SQLException, InterruptedException {
        return deletions.get(table).run();
    }

    /** Names of the machines that have dated a reading more than a day ahead within this time. */
    public Set<String> machinesAhead(Duration within) throws SQLException {
        return Set.copyOf(database.transactAtLength(connection -> Sql.list(
                connection,
                "SELECT DISTINCT m.name FROM reading_ahead r JOIN machine m ON m.id = r.machine_id"
                        + " WHERE r.stored_at >= UTC_TIMESTAMP(3) - INTERVAL ? SECOND",
                row -> row.getString("name"),
                within)));
    }

    private long deleteAhead(String table, String of, Duration age) throws SQLException, InterruptedException {
        return repeat(
                        "DELETE FROM " + table + " WHERE stored_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND"
                                + " ORDER BY stored_at LIMIT " + BATCH,
                        Long.MAX_VALUE,
                        age)
                + deleteExcess(table, of, MAX_ROWS_EACH, "taken_at, sequence");
    }

    /** Dated by machines, whose clocks may be wrong: the bound for each card holds whatever they say. */
    private long deleteXids(Duration age) throws SQLException, InterruptedException {
        return repeat(
                        "DELETE FROM gpu_xid WHERE taken_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND"
                                + " ORDER BY taken_at LIMIT " + BATCH,
                        Long.MAX_VALUE,
                        age)
                + deleteExcess("gpu_xid", "gpu_id", MAX_XIDS_EACH, "taken_at, sequence, position");
    }

    private long deleteExcess(String table, String of, int most, String order)
            throws SQLException, InterruptedException {
        long deleted = 0;
        for (Excess excess : excesses(table, of, most)) {
            deleted += repeat(
                    "DELETE FROM " + table + " WHERE " + of + " = ? ORDER BY " + of + ", " + order + " LIMIT ",
                    excess.rows(),
                    excess.id());
        }
        return deleted;
    }

    private long deleteRejected(Duration age) throws SQLException, InterruptedException {
        long deleted = delete(REJECTED, age, ids -> deleteIn("reading_rejected", "id", ids));
        for (Excess excess : excesses("reading_rejected", "machine_id", MAX_REJECTED_EACH)) {
            List<Long> kept = database.transactAtLength(connection -> Sql.list(
                    connection,
                    "SELECT id FROM reading_rejected WHERE machine_id = ? ORDER BY id LIMIT " + excess.rows() + ", 1",
                    row -> row.getLong("id"),
                    excess.id()));
            long before = kept.isEmpty() ? 0 : kept.get(0);
            deleted += repeat(
                    "DELETE FROM reading_rejected WHERE machine_id = ? AND id < ? LIMIT " + BATCH,
                    Long.MAX_VALUE,
                    excess.id(),
                    before);
        }
        return deleted;
    }

    private record Excess(long id, long rows) {}

    private List<Excess> excesses(String table, String of, int most) throws SQLException {
        return database.transactAtLength(connection -> Sql.list(
                connection,
                "SELECT " + of + " AS id, COUNT(*) - ? AS excess FROM " + table + " GROUP BY " + of
                        + " HAVING excess > 0",
                row -> new Excess(row.getLong("id"), row.getLong("excess")),
                most));
    }

    /**
     * Runs a deletion until nothing is left for it.
     *
     * @param sql ends with its limit, or with the word LIMIT
     * @param rows how many at most
     */
    private long repeat(String sql, long rows, Object... parameters) throws SQLException, InterruptedException {
        long deleted = 0;
        while (deleted < rows) {
            long most = Math.min(BATCH, rows - deleted);
            String batch = sql.endsWith("LIMIT ") ? sql + most : sql;
            int now = transact(connection -> Sql.update(connection, batch, parameters));
            deleted += now;
            if (now < most) {
                break;
            }
            pause.make();
        }
        return deleted;
    }

    /**
     * How to tell old rows from young ones in a table whose identities follow the time: it is gone through from the
     * start, until only young ones come.
     *
     * @param isOld condition for a row to be deleted; <code>{then}</code> stands for the time before which it is old
     * @param isYoung condition for a row, and so all after it, not to be old yet
     */
    private record ByAge(String table, String id, String isOld, String isYoung) {
        private static final String THEN = "(UTC_TIMESTAMP(3) - INTERVAL %d SECOND)";

        String select(Duration age) {
            String sql = "SELECT " + id + " AS id, (" + isOld + ") AS is_old, (" + isYoung + ") AS is_young FROM "
                    + table + " WHERE " + id + " > ? ORDER BY " + id + " LIMIT " + BATCH;
            return sql.replace("{then}", THEN.formatted(age.toSeconds()));
        }
    }

    private record Row(long id, boolean isOld, boolean isYoung) {}

    @FunctionalInterface
    private interface Batch {
        void delete(List<Long> ids) throws SQLException, InterruptedException;
    }

    private long delete(ByAge rule, Duration age, Batch batch) throws SQLException, InterruptedException {
        String select = rule.select(age);
        long deleted = 0;
        for (long last = 0; ; pause.make()) {
            long after = last;
            List<Row> rows = database.transactAtLength(connection -> Sql.list(
                    connection,
                    select,
                    row -> new Row(row.getLong("id"), row.getBoolean("is_old"), row.getBoolean("is_young")),
                    after));
            List<Long> old = rows.stream().filter(Row::isOld).map(Row::id).toList();
            if (!old.isEmpty()) {
                batch.delete(old);
                deleted += old.size();
            }
            if (rows.size() < BATCH || rows.stream().allMatch(Row::isYoung)) {
                return deleted;
            }
            last = rows.get(rows.size() - 1).id();
        }
    }

    /** What hangs on them first: a foreign key would delete all of it in one transaction. */
    private void deleteAlarms(List<Long> ids) throws SQLException, InterruptedException {
        for (String table : List.of("alarm_event", "mail_outbox")) {
            List<Long> found;
            do {
                found = database.transactAtLength(connection -> Sql.list(
                        connection,
                        "SELECT id FROM " + table + " WHERE alarm_id IN (" + Sql.placeholders(ids) + ") LIMIT " + BATCH,
                        row -> row.getLong("id"),
                        ids.toArray()));
                deleteIn(table, "id", found);
                pause.make();
            } while (found.size() == BATCH);
        }
        deleteIn("alarm", "is_open IS NULL AND id", ids);
    }

    private long deleteCards(Duration age) throws SQLException, InterruptedException {
        long deleted = 0;
        for (long last = 0; ; pause.make()) {
            long after = last;
            List<Long> ids = transact(
                    connection -> Sql.list(connection, OLD_CARDS, row -> row.getLong("id"), after, age, age, age));
            if (ids.isEmpty()) {
                return deleted;
            }
            List<Object> parameters = new ArrayList<>(ids);
            parameters.add(0, age);
            deleted += transact(connection -> Sql.update(
                    connection,
                    "DELETE gpu FROM gpu" + BY_ID + "last_seen_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND AND id IN ("
                            + Sql.placeholders(ids) + ")",
                    parameters.toArray()));
            last = ids.get(ids.size() - 1);
        }
    }

    /** Another collector that deletes the same rows, or a writer, may have to go first. */
    private <T> T transact(Database.Work<T> work) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return database.transact(work);
            } catch (SQLException e) {
                if (tries == MOST_TRIES || !SqlFailure.isDeadlock(e)) {
                    throw e;
                }
            }
        }
    }

    private void deleteIn(String table, String condition, List<Long> ids) throws SQLException {
        if (!ids.isEmpty()) {
            transact(connection -> Sql.update(
                    connection,
                    "DELETE " + table + " FROM " + table + BY_ID + condition + " IN (" + Sql.placeholders(ids) + ")",
                    ids.toArray()));
        }
    }

    /**
     * How long things are kept.
     *
     * @param alarms that are over, with their events and mails, since the last event
     * @param mails that were sent or refused for good
     * @param rejectedReadings that could not be stored as they were
     * @param gpus XID errors, and cards that were taken out of their machine
     * @param ahead readings dated more than a day ahead, since they were stored
     */
    public record Ages(Duration alarms, Duration mails, Duration rejectedReadings, Duration gpus, Duration ahead) {
        /** What the configuration has by default. */
        public static Ages standard() {
            return new Ages(
                    Duration.ofDays(400),
                    Duration.ofDays(90),
                    Duration.ofDays(30),
                    Duration.ofDays(400),
                    Duration.ofDays(7));
        }
    }
}
