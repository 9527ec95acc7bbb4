package io.emberwatch.collector.store;

import io.emberwatch.protocol.Metric;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Table {@code alarm} with its events and the mails that it owes, as the ingest writers need it. All methods work inside
 * the caller's transaction. Thread-safe.
 */
public final class AlarmStore {
    private final MessageIds messageIds;

    public AlarmStore(MessageIds messageIds) {
        this.messageIds = messageIds;
    }

    /** The open alarms of each of these machines; every machine asked for has an entry. */
    public Map<Integer, List<AlarmRow>> loadOpen(Connection connection, Collection<Integer> machineIds)
            throws SQLException {
        Map<Integer, List<AlarmRow>> open = new HashMap<>();
        machineIds.forEach(id -> open.put(id, new ArrayList<>()));
        if (!open.isEmpty()) {
            String sql =
                    "SELECT machine_id, component, metric, severity, pending_since, raised_at, mailed_at FROM alarm"
                            + " WHERE is_open = 1 AND machine_id IN (" + Sql.marks(open.size()) + ") ORDER BY id";
            Sql.list(connection, sql, AlarmStore::readOpen, open.keySet().toArray()).stream()
                    .flatMap(Optional::stream)
                    .forEach(row -> open.get(row.condition().machineId()).add(row));
        }
        open.replaceAll((id, rows) -> List.copyOf(rows));
        return open;
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
        Optional<Metric> metric = Metric.byColumn(row.getString("metric"));
        if (metric.isEmpty()) {
            return Optional.empty();
        }
        AlarmCondition condition = new AlarmCondition(
                row.getInt("machine_id"),
                row.getString("component"),
                metric.get(),
                Severity.valueOf(row.getString("severity").toUpperCase(Locale.ROOT)));
        return Optional.of(new AlarmRow(
                condition,
                Sql.time(row, "pending_since"),
                Sql.optionalTime(row, "raised_at"),
                Sql.optionalTime(row, "mailed_at")));
    }
}
