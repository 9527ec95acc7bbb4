package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import io.emberwatch.collector.mail.outbox.RecipientTurns.Outcome;
import io.emberwatch.collector.mail.text.MailRenderer.RenderedMail;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MailFactsQuery;
import io.emberwatch.collector.store.OutboxStore;
import io.emberwatch.collector.store.OutboxStore.PendingMail;
import io.emberwatch.protocol.Texts;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.MimeMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a handful of mails of one recipient from the outbox and sends them, each outside of any transaction. Taking them is a lease: if
 * this collector dies before it has noted that a mail was sent, the mail is sent again once the lease is over, with the
 * same Message-ID, by which mailboxes recognise it. Used by one thread.
 */
final class OutboxDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxDispatcher.class);
    private static final int MOST_MAILS = 10;
    private static final Duration SHORTEST_LEASE = Duration.ofMinutes(3);
    /** A mail server that takes all its time for a step seldom does so for more of them, and is hung up on then. */
    private static final int TIMEOUTS_IN_LEASE = 3;
    /** Of a mail that is not to blame: when it is tried again is decided for the mail server as a whole. */
    private static final Duration AFTER_UNAVAILABLE = Duration.ofSeconds(1);

    /**
     * No mail is begun after this: then it is somebody else's turn. What is left of the lease covers the slowest mail
     * server.
     */
    private static final Duration BEGIN_WITHIN = Duration.ofSeconds(2);

    private static final Duration NOTE_AGAIN_AFTER = Duration.ofMillis(200);

    private final Database database;
    private final OutboxStore outbox = new OutboxStore();
    private final MailFactsQuery factsQuery = new MailFactsQuery();
    private final MailMessages messages;
    private final MailTransport transport;
    private final RetrySchedule schedule;
    private final RecipientTurns turns;
    private final DeliveryProblems problems;
    private final BooleanSupplier stopping;
    private final Duration lease;

    OutboxDispatcher(
            Database database,
            MailMessages messages,
            MailTransport transport,
            RetrySchedule schedule,
            RecipientTurns turns,
            DeliveryProblems problems,
            BooleanSupplier stopping) {
        this.database = database;
        this.messages = messages;
        this.transport = transport;
        this.schedule = schedule;
        this.turns = turns;
        this.problems = problems;
        this.stopping = stopping;
        Duration longest = transport.timeout().multipliedBy(TIMEOUTS_IN_LEASE);
        this.lease = longest.compareTo(SHORTEST_LEASE) > 0 ? longest : SHORTEST_LEASE;
    }

    /** Sends a few mails of the recipient whose turn it is; false if there is nothing that can be sent now. */
    boolean run() throws SQLException, InterruptedException {
        if (!transport.isReady()) {
            return false;
        }
        Optional<String> recipient =
                database.transact(connection -> outbox.nextRecipient(connection, turns.last(), turns::isFree));
        if (recipient.isEmpty()) {
            return false;
        }
        if (!turns.begin(recipient.get())) {
            // Another worker was faster; there may be others.
            return true;
        }
        Outcome outcome = Outcome.NO_MAILS;
        try {
            List<PendingMail> mails =
                    database.transact(connection -> outbox.claim(connection, recipient.get(), MOST_MAILS, lease));
            outcome = mails.isEmpty() ? Outcome.NO_MAILS : send(mails);
        } finally {
            turns.end(recipient.get(), outcome);
        }
        return true;
    }

    private Outcome send(List<PendingMail> mails) throws SQLException, InterruptedException {
        long begun = System.nanoTime();
        Outcome outcome = Outcome.NO_MAILS;
        Optional<DeliveryException> failure = Optional.empty();
        Optional<SQLException> unnoted = Optional.empty();
        for (PendingMail mail : mails) {
            try {
                boolean late = System.nanoTime() - begun > BEGIN_WITHIN.toNanos();
                // The next mails need not run into the same wall.
                if (late || failure.isPresent() || stopping.getAsBoolean() || !transport.isReady()) {
                    note(begun, connection -> outbox.release(connection, mail.id()));
                } else {
                    outcome = Outcome.DONE;
                    failure = deliverOrPostpone(mail, begun);
                }
            } catch (SQLException e) {
                // What cannot be noted of this mail must not keep the others until the lease is over.
                unnoted = Optional.of(e);
            }
        }
        if (unnoted.isPresent()) {
            throw unnoted.get();
        }
        return failure.map(OutboxDispatcher::outcome).orElse(outcome);
    }

    private static Outcome outcome(DeliveryException failure) {
        if (failure.kind().holdsForAll()) {
            return Outcome.UNAVAILABLE;
        }
        return failure.isPassing() ? Outcome.FAILED : Outcome.REFUSED;
    }

    /** An error of ours in one mail must hold up neither the others nor, once it is corrected, this one. */
    private Optional<DeliveryException> deliverOrPostpone(PendingMail mail, long begun)
            throws SQLException, InterruptedException {
        try {
            return deliver(mail, begun);
        } catch (RuntimeException e) {
            LOG.error("mail {} stopped at an error of Emberwatch itself, will be tried again", mail.id(), e);
            Duration wait = schedule.afterFailure(Integer.MAX_VALUE);
            note(begun, connection -> outbox.retryAfter(connection, mail.id(), wait, "", e.toString()));
            return Optional.empty();
        }
    }

    /** Returns what stands in the way of this mail and the next ones. */
    private Optional<DeliveryException> deliver(PendingMail mail, long begun)
            throws SQLException, InterruptedException {
        Optional<MailFacts> facts;
        try {
            facts = database.transact(connection -> factsQuery.find(connection, mail.id()));
        } catch (SQLException e) {
            unread(mail, e, begun);
            return Optional.empty();
        }
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        RenderedMail rendered = messages.render(facts.get());
        try {
            transport.send(message(facts.get(), rendered));
        } catch (DeliveryException e) {
            failed(mail, facts.get(), rendered, e, begun);
            return e.kind() == Kind.REJECTED ? Optional.empty() : Optional.of(e);
        }
        problems.sent(facts.get().recipient());
        note(begun, connection -> outbox.markSent(connection, mail.id(), rendered.subject()));
        LOG.info("mail {} to {} sent: {}", mail.id(), facts.get().recipient(), rendered.subject());
        return Optional.empty();
    }

    /**
     * Gives the mail back as soon as the database can be written; soon after, not at once, as it may be this one's
     * fault.
     */
    private void unread(PendingMail mail, SQLException error, long begun) throws SQLException, InterruptedException {
        LOG.warn("cannot read what mail {} is about, trying again: {}", mail.id(), error.getMessage());
        Duration wait = schedule.afterFailure(1);
        note(begun, connection -> outbox.retryAfter(connection, mail.id(), wait, "", error.toString()));
    }

    private MimeMessage message(MailFacts facts, RenderedMail rendered) throws DeliveryException {
        try {
            return messages.alarm(facts, rendered);
        } catch (AddressException e) {
            String words = "'" + Texts.oneLine(facts.recipient()) + "' is not a mail address: " + e.getMessage();
            throw new DeliveryException(Kind.REJECTED, words, false, e);
        } catch (MessagingException e) {
            throw new DeliveryException(Kind.REJECTED, "cannot write this mail: " + e.getMessage(), false, e);
        }
    }

    private void failed(PendingMail mail, MailFacts facts, RenderedMail rendered, DeliveryException error, long begun)
            throws SQLException, InterruptedException {
        String words = error.getMessage();
        if (error.kind() == Kind.REJECTED) {
            LOG.error("mail {} to {} is rejected and given up: {}", mail.id(), facts.recipient(), words);
            problems.rejected(facts.recipient(), rendered.subject(), words);
            note(begun, connection -> outbox.reject(connection, mail.id(), rendered.subject(), words));
            return;
        }
        problems.failed(facts.recipient(), error);
        int attempt = mail.attempts() + 1;
        Duration wait = error.kind().holdsForAll() ? AFTER_UNAVAILABLE : schedule.afterFailure(attempt);
        LOG.warn(
                "mail {} to {} not sent, attempt {}, again after {} s or more: {}",
                mail.id(),
                facts.recipient(),
                attempt,
                wait.toSeconds(),
                words);
        note(begun, connection -> outbox.retryAfter(connection, mail.id(), wait, rendered.subject(), words));
    }

    @FunctionalInterface
    private interface Note {
        void in(Connection connection) throws SQLException;
    }

    /** A database that is away for a moment must not make a mail go out twice: tries as long as the lease holds. */
    private void note(long begun, Note note) throws SQLException, InterruptedException {
        while (true) {
            try {
                database.transact(connection -> {
                    note.in(connection);
                    return true;
                });
                return;
            } catch (SQLException e) {
                boolean leaseEnds = System.nanoTime() - begun > lease.toNanos();
                if (leaseEnds || stopping.getAsBoolean()) {
                    throw e;
                }
                LOG.warn("cannot note what became of a mail, trying again: {}", e.getMessage());
                Thread.sleep(NOTE_AGAIN_AFTER.toMillis());
            }
        }
    }
}
