package io.emberwatch.collector.store;

import io.emberwatch.collector.model.OutboxState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Table {@code mail_outbox}, for those who send. All methods work inside the caller's transaction and go by the
 * database's clock alone, so that several collectors agree on what is due. Thread-safe.
 */
public final class OutboxStore {
    private static final int MAX_TEXT_CHARACTERS = 500;
    /** As the column says, from what is most urgent on. */
    private static final List<Integer> PRIORITIES = List.of(0, 1, 2);

    private static final String PENDING = " FROM mail_outbox FORCE INDEX (mail_outbox_in_turn) WHERE state = 'pending'";
    /** A mail that waits for an earlier one of its alarm looks again after this, or when that one is tried again. */
    private static final Duration TURN = Duration.ofSeconds(1);

    /**
     * The next recipient who has a mail that is due, after {@code last} in the alphabet and then from its beginning, with
     * {@code last} at the end. Looks at a few rows for each recipient who has pending mails, however many.
     *
     * @param last who had mails last; empty: begins with the alphabet
     * @param isFree whether a recipient may have mails now
     */
    public Optional<String> nextRecipient(Connection connection, Optional<String> last, Predicate<String> isFree)
            throws SQLException {
        try (PreparedStatement first = connection.prepareStatement(nextRecipient(""));
                PreparedStatement behind = connection.prepareStatement(nextRecipient(" AND recipient > ?"))) {
            Set<String> looked = new HashSet<>();
            Optional<String> before = last;
            boolean isAllThrough = false;
            while (!isAllThrough) {
                // The database alone knows its alphabet, and so where it goes on.
                Optional<Candidate> next = before.isPresent() ? candidate(behind, before.get()) : candidate(first);
                isAllThrough = next.map(candidate -> !looked.add(candidate.recipient()))
                        .orElse(before.isEmpty());
                Optional<String> due = next.filter(Candidate::isDue).map(Candidate::recipient);
                if (!isAllThrough && due.filter(isFree).isPresent()) {
                    return due;
                }
                before = next.map(Candidate::recipient);
            }
            return Optional.empty();
        }
    }

    private record Candidate(String recipient, boolean isDue) {}

    private static Optional<Candidate> candidate(PreparedStatement statement, String... behind) throws SQLException {
        for (int i = 0; i < behind.length; i++) {
            statement.setString(i + 1, behind[i]);
        }
        try (ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new Candidate(row.getString("recipient"), row.getBoolean("is_due")))
                    : Optional.empty();
        }
    }

    /** By the index: neither server is to sort, or to read all that waits, whatever it believes to know of the table. */
    private static String nextRecipient(String range) {
        String isDue = PRIORITIES.stream()
                .map(priority -> "COALESCE((SELECT next_attempt_at" + PENDING + " AND recipient = next.recipient"
                        + " AND priority = " + priority + " ORDER BY next_attempt_at LIMIT 1)"
                        + " <= UTC_TIMESTAMP(3), 0)")
                .collect(Collectors.joining(" OR "));
        return "SELECT recipient, " + isDue + " AS is_due FROM (SELECT recipient" + PENDING + range
                + " ORDER BY recipient LIMIT 1) AS next";
    }

    /**
     * Takes mails of one recipient that are due, the most urgent first and of these the longest due; no other worker
     * gets them before {@code lease} is over. Mails of one alarm are only given out in order.
     *
     * @param atMost 1 or more
     */
    public List<PendingMail> claim(Connection connection, String recipient, int atMost, Duration lease)
            throws SQLException {
        List<PendingMail> due = new ArrayList<>();
        for (int priority : PRIORITIES) {
            if (due.size() < atMost) {
                due.addAll(due(connection, recipient, priority, atMost - due.size()));
            }
        }
        Map<Long, Instant> early = notTheirTurn(connection, due);
        List<Object[]> laterTimes = new ArrayList<>();
        List<Object[]> leases = new ArrayList<>();
        for (PendingMail mail : due) {
            Instant earlierAt = early.get(mail.id());
            if (earlierAt == null) {
                leases.add(new Object[] {micros(lease), mail.id()});
            } else {
                laterTimes.add(new Object[] {micros(TURN), earlierAt, mail.id()});
            }
        }
        Sql.batch(
                connection,
                "UPDATE mail_outbox SET next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND,"
                        + " attempts = attempts + 1 WHERE id = ?",
                leases);
        Sql.batch(
                connection,
                "UPDATE mail_outbox SET next_attempt_at = GREATEST(UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND, ?)"
                        + " WHERE id = ?",
                laterTimes);
        return due.stream().filter(mail -> !early.containsKey(mail.id())).toList();
    }

    private static List<PendingMail> due(Connection connection, String recipient, int priority, int atMost)
            throws SQLException {
        return Sql.list(
                connection,
                "SELECT id, attempts" + PENDING + " AND recipient = ? AND priority = ?"
                        + " AND next_attempt_at <= UTC_TIMESTAMP(3) ORDER BY next_attempt_at, id LIMIT ?"
                        + " FOR UPDATE SKIP LOCKED",
                row -> new PendingMail(row.getLong("id"), row.getInt("attempts")),
                recipient,
                priority,
                atMost);
    }

    /** The mail server took it. */
    public void markSent(Connection connection, long mailId, String subject) throws SQLException {
        int sent = Sql.update(
                connection,
                "UPDATE mail_outbox SET state = 'sent', sent_at = UTC_TIMESTAMP(3), subject = ?, last_error = NULL"
                        + " WHERE id = ? AND state = 'pending'",
                shortened(subject),
                mailId);
        if (sent > 0) {
            letNextGo(connection, mailId);
        }
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
        int rejected = Sql.update(
                connection,
                "UPDATE mail_outbox SET state = 'rejected', subject = ?, last_error = ? WHERE id = ? AND state = 'pending'",
                shortened(subject),
                shortened(error),
                mailId);
        if (rejected > 0) {
            letNextGo(connection, mailId);
        }
    }

    /**
     * The later mails of its alarm need wait no longer. Also writes those that are due anyway: a worker that looks at
     * one of them just now, and does not see yet that the earlier one is done, must not put it off.
     */
    private static void letNextGo(Connection connection, long mailId) throws SQLException {
        Sql.update(
                connection,
                "UPDATE mail_outbox later JOIN mail_outbox done ON done.alarm_id = later.alarm_id"
                        + " SET later.next_attempt_at = UTC_TIMESTAMP(3)"
                        + " WHERE done.id = ? AND later.id > done.id AND later.state = 'pending'",
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

    /**
     * Those whose alarm has an earlier mail still to be sent, and when that one is tried: that it is over must not arrive
     * before that it began.
     */
    private static Map<Long, Instant> notTheirTurn(Connection connection, List<PendingMail> mails) throws SQLException {
        String sql = "SELECT later.id, MIN(earlier.next_attempt_at) AS earlier_at"
                + " FROM mail_outbox later JOIN mail_outbox earlier"
                + " ON earlier.alarm_id = later.alarm_id AND earlier.id < later.id AND earlier.state = 'pending'"
                + " WHERE later.id IN (" + Sql.placeholders(mails) + ") GROUP BY later.id";
        Map<Long, Instant> early = new HashMap<>();
        Sql.list(
                connection,
                sql,
                row -> early.put(row.getLong("id"), Sql.time(row, "earlier_at")) == null,
                mails.stream().map(PendingMail::id).toArray());
        return early;
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
