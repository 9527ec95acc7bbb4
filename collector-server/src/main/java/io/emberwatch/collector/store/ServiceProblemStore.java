package io.emberwatch.collector.store;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblems;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Table {@code service_problem}. All methods work inside the caller's transaction. Thread-safe. */
public final class ServiceProblemStore {
    private static final Duration KEPT = Duration.ofDays(30);
    /** Of one collector, however many come and go in that time. */
    private static final int MAX_ROWS = 5_000;

    /**
     * A problem as it was seen last.
     *
     * @param collector host of the collector that saw it
     * @param kind a word that stays the same, perhaps of a newer collector
     * @param meaning what the kind says
     * @param count how often it was seen since {@code firstAt}
     */
    public record StoredProblem(
            String collector,
            String kind,
            String meaning,
            String subject,
            String text,
            Instant firstAt,
            Instant lastAt,
            long count,
            boolean isOpen) {}

    /** Stores problems as they are now. */
    public void put(Connection connection, String collector, Collection<ServiceProblem> problems) throws SQLException {
        Sql.batch(
                connection,
                "INSERT INTO service_problem (collector, kind, subject, urgency, meaning, text, first_at, last_at,"
                        + " seen_count, is_open) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE urgency = VALUES(urgency), meaning = VALUES(meaning),"
                        + " text = VALUES(text), first_at = VALUES(first_at), last_at = VALUES(last_at),"
                        + " seen_count = VALUES(seen_count), is_open = VALUES(is_open)",
                problems.stream()
                        .map(problem -> new Object[] {
                            collector,
                            problem.kind().name(),
                            problem.subject(),
                            problem.kind().urgency(),
                            problem.kind().meaning(),
                            problem.text(),
                            problem.firstAt(),
                            problem.lastAt(),
                            problem.count(),
                            problem.isSolved() ? 0 : 1
                        })
                        .toList());
    }

    /** A collector that starts knows nothing of what its predecessor saw: what is still so will be seen again. */
    public void closeAll(Connection connection, String collector) throws SQLException {
        Sql.update(connection, "UPDATE service_problem SET is_open = 0 WHERE collector = ? AND is_open = 1", collector);
    }

    /** Removes what is old, of any collector, and of this one what is too much. */
    public void removeOld(Connection connection, String collector, Instant now) throws SQLException {
        for (int isOpen = 0; isOpen <= 1; isOpen++) {
            Sql.update(
                    connection,
                    "DELETE FROM service_problem WHERE is_open = ? AND last_at < ?",
                    isOpen,
                    now.minus(KEPT));
        }
        long rows = Sql.one(
                        connection,
                        "SELECT COUNT(*) FROM service_problem WHERE collector = ?",
                        row -> row.getLong(1),
                        collector)
                .orElse(0L);
        if (rows > MAX_ROWS) {
            Sql.update(
                    connection,
                    "DELETE FROM service_problem WHERE collector = ? ORDER BY is_open, last_at LIMIT ?",
                    collector,
                    rows - MAX_ROWS);
        }
    }

    /**
     * What is so, and what was within the last day; the most urgent first, and what is so before what was.
     *
     * @param atMost 1 or more
     */
    public List<StoredProblem> recent(Connection connection, Instant now, int atMost) throws SQLException {
        return Sql.list(
                connection,
                "SELECT collector, kind, meaning, subject, text, first_at, last_at, seen_count, is_open"
                        + " FROM service_problem WHERE (is_open = 1 AND last_at > ?) OR (is_open = 0 AND last_at > ?)"
                        + " ORDER BY is_open DESC, urgency, last_at DESC, collector, subject LIMIT ?",
                row -> new StoredProblem(
                        row.getString("collector"),
                        row.getString("kind"),
                        row.getString("meaning"),
                        row.getString("subject"),
                        row.getString("text"),
                        Sql.time(row, "first_at"),
                        Sql.time(row, "last_at"),
                        row.getLong("seen_count"),
                        row.getBoolean("is_open")),
                now.minus(ServiceProblems.OVER_AFTER),
                now.minus(Duration.ofDays(1)),
                atMost);
    }
}
