package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.Fleet;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tables {@code fleet_limit} and {@code machine_limit}. Every method works in the caller's transaction. Thread-safe.
 */
public final class LimitStore {
    /** Outside strict mode, an ENUM may hold the empty string: such a row is no limit. */
    private static final String WITH_A_SEVERITY = " WHERE severity IN ('warning', 'critical')";

    /** Every limit of the fleet, of machines and of GPUs, as it stands. */
    public List<StoredLimit> list(Connection connection) throws SQLException {
        List<StoredLimit> fleet = Sql.list(
                connection,
                "SELECT fleet_limit.* FROM fleet_limit" + WITH_A_SEVERITY + " ORDER BY metric, severity",
                row -> limit(row, new Fleet()));
        List<StoredLimit> own = Sql.list(
                connection,
                "SELECT machine_limit.* FROM machine_limit" + WITH_A_SEVERITY
                        + " ORDER BY machine_id, component, metric, severity",
                row -> limit(row, place(row)));
        return Stream.concat(fleet.stream(), own.stream()).toList();
    }

    /** Sets a limit, in place of the one that stood there. */
    public void put(Connection connection, StoredLimit limit) throws SQLException {
        String metric = limit.metric();
        String severity = limit.severity().toString();
        if (limit.place() instanceof Fleet) {
            Sql.update(
                    connection,
                    "REPLACE INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES (?, ?, ?, ?, ?)",
                    metric,
                    severity,
                    limit.raiseAt(),
                    limit.clearAt(),
                    limit.holdFor());
        } else {
            Sql.update(
                    connection,
                    "REPLACE INTO machine_limit (machine_id, component, metric, severity, raise_at, clear_at, for_s)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    machineId(limit.place()),
                    component(limit.place()),
                    metric,
                    severity,
                    limit.raiseAt(),
                    limit.clearAt(),
                    limit.holdFor());
        }
    }

    /** Removes a limit, so that the next less specific one holds again; returns whether there was one. */
    public boolean remove(Connection connection, LimitPlace place, String metric, Severity severity)
            throws SQLException {
        String name = severity.toString();
        if (place instanceof Fleet) {
            return Sql.update(connection, "DELETE FROM fleet_limit WHERE metric = ? AND severity = ?", metric, name)
                    > 0;
        }
        return Sql.update(
                        connection,
                        "DELETE FROM machine_limit"
                                + " WHERE machine_id = ? AND component = ? AND metric = ? AND severity = ?",
                        machineId(place),
                        component(place),
                        metric,
                        name)
                > 0;
    }

    private static int machineId(LimitPlace place) {
        if (place instanceof OfGpu gpu) {
            return gpu.machineId();
        }
        return ((OfMachine) place).machineId();
    }

    private static String component(LimitPlace place) {
        return place instanceof OfGpu gpu ? gpu.uuid() : "";
    }

    private static LimitPlace place(ResultSet row) throws SQLException {
        int machineId = row.getInt("machine_id");
        String component = row.getString("component");
        return component.isEmpty() ? new OfMachine(machineId) : new OfGpu(machineId, component);
    }

    private static StoredLimit limit(ResultSet row, LimitPlace place) throws SQLException {
        return new StoredLimit(
                place,
                row.getString("metric"),
                Sql.constant(row, "severity", Severity.class),
                Optional.ofNullable(row.getBigDecimal("raise_at")),
                Optional.ofNullable(row.getBigDecimal("clear_at")),
                Sql.optionalSeconds(row, "for_s").orElseThrow());
    }
}
