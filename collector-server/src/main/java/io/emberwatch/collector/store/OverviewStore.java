package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What admin commands show of machines and fleet. Every method works in the caller's transaction. Thread-safe. */
public final class OverviewStore {
    private static final String FIRING = "is_open = 1 AND is_history = 0 AND state = 'firing'";

    /** How each machine is doing, by {@code machine.id}. */
    public Map<Integer, Machine.State> machines(Connection connection) throws SQLException {
        Map<Integer, Machine.State> states = new HashMap<>();
        Sql.list(
                connection,
                "SELECT machine.id, machine_key.created_at AS enrolled_at, probe_session.state, probe_session.last_heard_at, probe_session.remote_address,"
                        + " probe_session.probe_version, COALESCE(firing.alarms, 0) AS alarms,"
                        + " COALESCE(probe_session.history_to - probe_session.history_from + 1, 0) AS history_to_come"
                        + " FROM machine"
                        + " LEFT JOIN probe_session ON probe_session.machine_id = machine.id"
                        + " LEFT JOIN machine_key ON machine_key.machine_id = machine.id"
                        + " LEFT JOIN (SELECT machine_id, COUNT(*) AS alarms FROM alarm WHERE " + FIRING
                        + " GROUP BY machine_id) AS firing ON firing.machine_id = machine.id",
                row -> states.put(row.getInt("id"), state(row)) == null);
        return states;
    }

    /** What a machine is made of; empty if its probe has never said so. */
    public Optional<Machine.Hardware> hardware(Connection connection, int machineId) throws SQLException {
        return Sql.one(
                connection,
                "SELECT model, os, kernel, cpu_model, cpu_count, virtualization, gpu_driver, temp_sensor_count"
                        + " FROM machine_inventory WHERE machine_id = ?",
                OverviewStore::hardware,
                machineId);
    }

    private static Machine.Hardware hardware(ResultSet row) throws SQLException {
        return new Machine.Hardware(
                row.getString("model"),
                row.getString("os"),
                row.getString("kernel"),
                row.getString("cpu_model"),
                row.getInt("cpu_count"),
                row.getString("virtualization"),
                row.getString("gpu_driver"),
                Sql.optionalInt(row, "temp_sensor_count"));
    }

    /** The latest reading of a machine, by the catalogue; empty if it has never sent one, or that was set aside. */
    public Optional<LatestReading> latestReading(Connection connection, int machineId) throws SQLException {
        Optional<LatestReading> timely = latestReading(connection, machineId, "reading");
        return timely.isPresent() ? timely : latestReading(connection, machineId, "reading_ahead");
    }

    private static Optional<LatestReading> latestReading(Connection connection, int machineId, String table)
            throws SQLException {
        String columns = Scope.MACHINE.metrics().stream()
                .map(metric -> ", reading." + metric.column())
                .collect(Collectors.joining());
        return Sql.one(
                connection,
                "SELECT reading.taken_at" + columns
                        + " FROM probe_session JOIN " + table
                        + " AS reading ON reading.machine_id = probe_session.machine_id"
                        + " AND reading.taken_at = probe_session.last_taken_at"
                        + " AND reading.sequence = probe_session.last_sequence"
                        + " WHERE probe_session.machine_id = ?",
                OverviewStore::latestReading,
                machineId);
    }

    private static LatestReading latestReading(ResultSet row) throws SQLException {
        MetricValues.Builder values = MetricValues.builder(Scope.MACHINE);
        for (Metric metric : Scope.MACHINE.metrics()) {
            OptionalDouble value = Sql.optionalNumber(row, metric.column());
            value.ifPresent(known -> values.set(metric, known));
        }
        return new LatestReading(Sql.time(row, "taken_at"), values.build());
    }

    public FleetOverview fleet(Connection connection) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT (SELECT COUNT(*) FROM machine) AS machines,"
                                + sessions("open")
                                + sessions("stopped")
                                + sessions("lost")
                                + alarms("warning")
                                + alarms("critical")
                                + " (SELECT COUNT(*) FROM silence WHERE starts_at <= UTC_TIMESTAMP(3)"
                                + " AND ends_at > UTC_TIMESTAMP(3)) AS silences,"
                                + mails("pending")
                                + mails("rejected")
                                + " (SELECT COUNT(*) FROM reading_rejected) AS readings_rejected,"
                                + " (SELECT MAX(last_heard_at) FROM probe_session) AS last_stored_at",
                        OverviewStore::overview)
                .orElseThrow();
    }

    private static String sessions(String state) {
        return " (SELECT COUNT(*) FROM probe_session WHERE state = '" + state + "') AS sessions_" + state + ",";
    }

    private static String alarms(String severity) {
        return " (SELECT COUNT(*) FROM alarm WHERE " + FIRING + " AND severity = '" + severity + "') AS alarms_"
                + severity + ",";
    }

    private static String mails(String state) {
        return " (SELECT COUNT(*) FROM mail_outbox WHERE state = '" + state + "') AS mails_" + state + ",";
    }

    private static Machine.State state(ResultSet row) throws SQLException {
        String session = row.getString("state");
        String link =
                session == null ? Machine.State.NEVER_SEEN.link() : session.equals("open") ? "connected" : session;
        return new Machine.State(
                Sql.optionalTime(row, "enrolled_at"),
                link,
                Sql.optionalTime(row, "last_heard_at"),
                Sql.optionalText(row, "remote_address"),
                Sql.optionalText(row, "probe_version"),
                row.getInt("alarms"),
                row.getLong("history_to_come"));
    }

    private static FleetOverview overview(ResultSet row) throws SQLException {
        int machines = row.getInt("machines");
        int open = row.getInt("sessions_open");
        int stopped = row.getInt("sessions_stopped");
        int lost = row.getInt("sessions_lost");
        return new FleetOverview(
                machines,
                open,
                stopped,
                lost,
                machines - open - stopped - lost,
                row.getInt("alarms_warning"),
                row.getInt("alarms_critical"),
                row.getInt("silences"),
                row.getInt("mails_pending"),
                row.getInt("mails_rejected"),
                row.getInt("readings_rejected"),
                Sql.optionalTime(row, "last_stored_at"));
    }

    /**
     * The fleet in a few numbers.
     *
     * @param connected machines with an open session
     * @param stopped machines whose probes said goodbye
     * @param lost machines that vanished
     * @param neverSeen machines whose probes have never connected
     * @param warnings firing alarms that are warnings
     * @param critical firing alarms that are critical
     * @param silences silences in force
     * @param mailsPending mails that wait to be sent
     * @param mailsRejected mails that a mail server refused for good
     * @param readingsRejected readings that could not be stored as they were
     * @param lastStoredAt when something was last stored
     */
    public record FleetOverview(
            int machines,
            int connected,
            int stopped,
            int lost,
            int neverSeen,
            int warnings,
            int critical,
            int silences,
            int mailsPending,
            int mailsRejected,
            int readingsRejected,
            Optional<Instant> lastStoredAt) {}

    /** What a machine measured last, and when by its own clock. */
    public record LatestReading(Instant takenAt, MetricValues values) {}
}
