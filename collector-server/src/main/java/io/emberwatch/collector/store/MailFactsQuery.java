package io.emberwatch.collector.store;

import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailFacts.GpuFacts;
import io.emberwatch.collector.model.MailFacts.Machine;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.Margin;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Metric.Direction;
import io.emberwatch.protocol.Scope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Gathers what a mail says. All methods work inside the caller's transaction. Thread-safe. */
public final class MailFactsQuery {
    private static final int LAST_READINGS = 5;
    /** Bounds how many days of readings a mail may search. */
    private static final Duration FARTHEST_BACK = Duration.ofDays(7);

    // Whether a warning stayed is asked of the time when the critical alarm ended: a mail that is handed over
    // again says the same. It goes by the order in which the collector noted things, for a machine's clock may be
    // set back; what was noted at nearly the same time ended with the same readings.
    private static final String MAIL = """
            SELECT o.kind, o.recipient, o.message_id, o.created_at, a.*, m.name AS machine, m.location, m.ip, p.turned_away_from,
              COALESCE(m.model, NULLIF(i.model, '')) AS machine_model, w.name AS owner,
              g.id AS gpu_id, %s,
              (SELECT f.message_id FROM mail_outbox f WHERE f.alarm_id = a.id AND f.id < o.id ORDER BY f.id LIMIT 1)
                AS first_message_id,
              (SELECT e.note FROM alarm_event e WHERE e.alarm_id = a.id AND e.kind = 'cleared' ORDER BY e.id DESC LIMIT 1)
                AS clear_note,
              COALESCE((SELECT s.cleared_at IS NULL OR (s.cleared_at <> a.cleared_at
                  AND TIMESTAMPDIFF(MICROSECOND, ended.recorded_at, later.recorded_at) > 500000)
                FROM alarm s JOIN alarm_event earlier ON earlier.alarm_id = s.id AND earlier.kind = 'raised'
                  LEFT JOIN alarm_event later ON later.alarm_id = s.id AND later.kind = 'cleared'
                WHERE a.severity = 'critical' AND s.machine_id = a.machine_id AND s.component = a.component
                  AND s.metric = a.metric AND s.severity = 'warning' AND s.is_history = a.is_history
                  AND earlier.id < ended.id
                ORDER BY s.id DESC LIMIT 1), 0) AS warning_still_firing
            FROM mail_outbox o JOIN alarm a ON a.id = o.alarm_id JOIN machine m ON m.id = a.machine_id
              JOIN owner w ON w.id = m.owner_id LEFT JOIN machine_inventory i ON i.machine_id = m.id
              LEFT JOIN probe_session p ON p.machine_id = m.id
              LEFT JOIN alarm_event ended ON ended.alarm_id = a.id AND ended.kind = 'cleared'
              LEFT JOIN gpu g ON g.machine_id = a.machine_id AND g.uuid = a.component
            WHERE o.id = ?""".formatted(GpuFactsQuery.columns());

    private final GpuFactsQuery gpuFacts = new GpuFactsQuery();

    /** Empty if the mail is gone, for instance with its machine. */
    public Optional<MailFacts> find(Connection connection, long mailId) throws SQLException {
        Optional<Head> head = Sql.one(connection, MAIL, MailFactsQuery::readHead, mailId);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        MailFacts facts = head.get().facts();
        Optional<Metric> metric = Metric.byColumn(facts.alarm().metric());
        if (metric.isEmpty()) {
            return Optional.of(facts);
        }
        Optional<Source> source = Source.of(head.get(), metric.get());
        Optional<Source> temperature = Margin.temperatureOf(metric.get())
                .filter(heat -> heat.scope() == Scope.MACHINE)
                .flatMap(heat -> Source.of(head.get(), heat));
        Instant from = head.get().pendingSince();
        Instant to = facts.alarm().cleared().map(Moment::at).orElse(Instant.parse("9999-01-01T00:00:00Z"));
        return Optional.of(new MailFacts(
                facts.kind(),
                facts.recipient(),
                facts.messageId(),
                facts.firstMessageId(),
                facts.queuedAt(),
                facts.machine(),
                facts.owner(),
                facts.alarm(),
                source.isPresent() ? source.get().peak(connection, from, to) : OptionalDouble.empty(),
                source.isPresent() ? source.get().last(connection, from.minus(FARTHEST_BACK), to) : List.of(),
                temperature.isPresent()
                        ? temperature.get().at(connection, from, moment(facts, to))
                        : OptionalDouble.empty(),
                gpus(connection, head.get(), metric.get(), from, to)));
    }

    private GpuFacts gpus(Connection connection, Head head, Metric metric, Instant from, Instant to)
            throws SQLException {
        if (metric.scope() != Scope.GPU) {
            return gpuFacts.ofMachine(connection, head.machineId(), metric);
        }
        if (head.gpuId().isEmpty()) {
            return GpuFacts.NONE;
        }
        MailFacts facts = head.facts();
        return gpuFacts.ofGpu(connection, head.gpuId().get(), from, moment(facts, to), to);
    }

    /** The moment whose values the mail says. */
    private static Instant moment(MailFacts facts, Instant to) {
        return facts.kind() == MailKind.RAISED ? facts.alarm().raised().at() : to;
    }

    /** What one row says, and where to look for the readings. */
    private record Head(MailFacts facts, Instant pendingSince, int machineId, Optional<Integer> gpuId) {}

    /** The readings of the metric concerned. */
    private record Source(String from, int id, String column, Direction direction) {
        static Optional<Source> of(Head head, Metric metric) {
            return switch (metric.scope()) {
                case LINK -> Optional.empty();
                case MACHINE -> Optional.of(of(" FROM reading WHERE machine_id = ?", head.machineId(), metric));
                case GPU -> head.gpuId().map(gpu -> of(" FROM gpu_reading WHERE gpu_id = ?", gpu, metric));
            };
        }

        private static Source of(String from, int id, Metric metric) {
            return new Source(from, id, metric.column(), metric.direction());
        }

        OptionalDouble peak(Connection connection, Instant since, Instant to) throws SQLException {
            String worst = direction == Direction.HIGH_IS_BAD ? "MAX(" : "MIN(";
            String sql = "SELECT " + worst + column + ") AS peak" + from + " AND taken_at BETWEEN ? AND ?";
            return Sql.one(connection, sql, row -> Sql.optionalNumber(row, "peak"), id, since, to)
                    .orElse(OptionalDouble.empty());
        }

        OptionalDouble at(Connection connection, Instant since, Instant to) throws SQLException {
            String sql = "SELECT " + column + " AS value" + from
                    + " AND taken_at BETWEEN ? AND ? ORDER BY taken_at DESC, sequence DESC LIMIT 1";
            return Sql.one(connection, sql, row -> Sql.optionalNumber(row, "value"), id, since, to)
                    .orElse(OptionalDouble.empty());
        }

        List<Moment> last(Connection connection, Instant since, Instant to) throws SQLException {
            String sql = "SELECT taken_at, " + column + " AS value" + from
                    + " AND taken_at BETWEEN ? AND ? ORDER BY taken_at DESC LIMIT " + LAST_READINGS;
            return Sql.list(
                    connection,
                    sql,
                    row -> new Moment(Sql.time(row, "taken_at"), Sql.optionalNumber(row, "value")),
                    id,
                    since,
                    to);
        }
    }

    private static Head readHead(ResultSet row) throws SQLException {
        int gpuId = row.getInt("gpu_id");
        MailFacts facts = new MailFacts(
                Sql.constant(row, "kind", MailKind.class),
                row.getString("recipient"),
                row.getString("message_id"),
                Sql.optionalText(row, "first_message_id"),
                Sql.time(row, "created_at"),
                new Machine(
                        row.getString("machine"),
                        Sql.optionalText(row, "machine_model"),
                        Sql.optionalText(row, "location"),
                        Sql.optionalText(row, "ip"),
                        Sql.optionalText(row, "turned_away_from")),
                row.getString("owner"),
                readAlarm(row),
                OptionalDouble.empty(),
                List.of(),
                OptionalDouble.empty(),
                GpuFacts.NONE);
        return new Head(
                facts,
                Sql.time(row, "pending_since"),
                row.getInt("machine_id"),
                gpuId == 0 ? Optional.empty() : Optional.of(gpuId));
    }

    private static Alarm readAlarm(ResultSet row) throws SQLException {
        return new Alarm(
                row.getLong("id"),
                row.getString("metric"),
                Sql.constant(row, "severity", Severity.class),
                readGpu(row),
                Sql.optionalNumber(row, "raise_at"),
                Sql.time(row, "pending_since"),
                AlarmQueries.moment(row, "raised_at", "raised_value")
                        .orElseThrow(() -> new SQLException("a mail of an alarm that was never raised")),
                AlarmQueries.moment(row, "cleared_at", "cleared_value"),
                Sql.optionalText(row, "clear_note"),
                row.getBoolean("warning_still_firing"),
                row.getInt("returned_count"));
    }

    /** A GPU that no inventory named yet is known by its UUID alone. */
    private static Optional<Gpu> readGpu(ResultSet row) throws SQLException {
        String uuid = row.getString("component");
        if (uuid.isEmpty()) {
            return Optional.empty();
        }
        boolean isNamed = Sql.optionalText(row, "gpu_model").isPresent();
        return Optional.of(isNamed ? GpuFactsQuery.readGpu(row) : Gpu.unnamed(uuid));
    }
}
