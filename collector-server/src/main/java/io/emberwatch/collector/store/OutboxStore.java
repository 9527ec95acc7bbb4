package io.emberwatch.collector.store;

import io.emberwatch.collector.model.OutboxState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Table {@code mail_outbox}, for those who send. All methods work inside the caller's transaction and go by the
 * database's clock alone, so that several collectors agree on what is due. Thread-safe.
 */
public final class OutboxStore {
    private static final int MAX_TEXT_CHARACTERS = 500;
    /** A mail that waits for an earlier one of its alarm looks again after this. */
    private static final Duration TURN = Duration.ofSeconds(1);

    /**
     * Takes mails that are due, the longest due first; no other worker gets them before {@code lease} is over. Mails of
     * one alarm are only given out in order.
     *
     * @param atMost 1 or more
     */
    public List<PendingMail> claim(Connection connection, int atMost, Duration lease) throws SQLException {
        List<PendingMail> due = Sql.list(
                connection,
                "SELECT id, attempts FROM mail_outbox WHERE state = 'pending' AND next_attempt_at <= UTC_TIMESTAMP(3)"
                        + " ORDER BY next_attempt_at, id LIMIT ? FOR UPDATE SKIP LOCKED",
                row -> new PendingMail(row.getLong("id"), row.getInt("attempts")),
                atMost);
        if (due.isEmpty()) {
            return due;
        }
        Set<Long> early = notTheirTurn(connection, due);
        List<Object[]> times = new ArrayList<>();
        for (PendingMail mail : due) {
            boolean isEarly = early.contains(mail.id());
            times.add(new Object[] {micros(isEarly ? TURN : lease), isEarly ? 0 : 1, mail.id()});
        }
        Sql.batch(
                connection,
                "UPDATE mail_outbox SET next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND,"
                        + " attempts = attempts + ? WHERE id = ?",
                times);
        return due.stream().filter(mail -> !early.contains(mail.id())).toList();
    }

    /** The mail server took it. */
    public void markSent(Connection connection, long mailId, String subject) throws SQLException {
        Sql.update(
                connection,
                "UPDATE mail_outbox SET state = 'sent', sent_at = UTC_TIMESTAMP(3), subject = ?, last_error = NULL"
                        + " WHERE id = ? AND state = 'pending'",
                shortened(subject),
                mailId);
    }

    /** It is to be tried again after {@code wait}. */
    public void retryAfter(Connection connection, long mailId, Duration wait, String subject, String error)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE mail_outbox SET next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND, subject = ?,"
                        + " last_error = ? WHERE id = ? AND state = 'pending'",
                micros(wait),
                shortened(subject),
                shortened(error),
                mailId);
    }

    /** It will never be taken. */
    public void reject(Connection connection, long mailId, String subject, String error) throws SQLException {
        Sql.update(
                connection,
                "UPDATE mail_outbox SET state = 'rejected', subject = ?, last_error = ? WHERE id = ? AND state = 'pending'",
                shortened(subject),
                shortened(error),
                mailId);
    }

    /** Gives a claimed mail back that was not tried. */
    public void release(Connection connection, long mailId) throws SQLException {
        Sql.update(
                connection,
                "UPDATE mail_outbox SET next_attempt_at = UTC_TIMESTAMP(3), attempts = attempts - 1"
                        + " WHERE id = ? AND state = 'pending' AND attempts > 0",
                mailId);
    }

    /** How a mail fares; empty if it is gone, for instance with its machine. */
    public Optional<MailStatus> status(Connection connection, long mailId) throws SQLException {
        return Sql.one(
                connection,
                "SELECT state, recipient, last_error, sent_at FROM mail_outbox WHERE id = ?",
                row -> new MailStatus(
                        Sql.constant(row, "state", OutboxState.class),
                        row.getString("recipient"),
                        Sql.optionalText(row, "last_error"),
                        Sql.optionalTime(row, "sent_at")),
                mailId);
    }

    /** Those whose alarm has an earlier mail still to be sent: that it is over must not arrive before that it began. */
    private static Set<Long> notTheirTurn(Connection connection, List<PendingMail> mails) throws SQLException {
        String sql = "SELECT DISTINCT later.id FROM mail_outbox later JOIN mail_outbox earlier"
                + " ON earlier.alarm_id = later.alarm_id AND earlier.id < later.id AND earlier.state = 'pending'"
                + " WHERE later.id IN (" + Sql.placeholders(mails) + ")";
        Object[] ids = mails.stream().map(PendingMail::id).toArray();
        return Sql.list(connection, sql, row -> row.getLong(1), ids).stream().collect(Collectors.toSet());
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= MAX_TEXT_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MAX_TEXT_CHARACTERS));
    }

    /**
     * A mail taken from the outbox to be sent now.
     *
     * @param attempts how often it was tried before
     */
    public record PendingMail(long id, int attempts) {}

    /**
     * How a mail fares.
     *
     * @param lastError what the mail server said last
     */
    public record MailStatus(
            OutboxState state, String recipient, Optional<String> lastError, Optional<Instant> sentAt) {}
}
