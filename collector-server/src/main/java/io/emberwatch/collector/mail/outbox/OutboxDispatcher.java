package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import io.emberwatch.collector.mail.text.MailRenderer;
import io.emberwatch.collector.mail.text.MailRenderer.Language;
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
 * Takes a handful of mails from the outbox and sends them, each outside of any transaction. Taking them is a lease: if
 * this collector dies before it has noted that a mail was sent, the mail is sent again once the lease is over, with the
 * same Message-ID, by which mailboxes recognise it. Used by one thread.
 */
final class OutboxDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxDispatcher.class);
    private static final int MOST_MAILS = 10;
    private static final Duration LEASE = Duration.ofMinutes(3);
    /** No mail is begun after this: what is left of the lease covers the slowest mail server. */
    private static final Duration BEGIN_WITHIN = Duration.ofMinutes(1);

    private static final Duration NOTE_AGAIN_AFTER = Duration.ofMillis(200);

    private final Database database;
    private final OutboxStore outbox = new OutboxStore();
    private final MailFactsQuery factsQuery = new MailFactsQuery();
    private final MailRenderer renderer;
    private final MailMessages messages;
    private final MailTransport transport;
    private final RetrySchedule schedule;
    private final BooleanSupplier stopping;

    OutboxDispatcher(
            Database database,
            MailRenderer renderer,
            MailMessages messages,
            MailTransport transport,
            RetrySchedule schedule,
            BooleanSupplier stopping) {
        this.database = database;
        this.renderer = renderer;
        this.messages = messages;
        this.transport = transport;
        this.schedule = schedule;
        this.stopping = stopping;
    }

    /** Returns how many mails were taken; 0 if none was due. */
    int run() throws SQLException, InterruptedException {
        List<PendingMail> mails = database.transact(connection -> outbox.claim(connection, MOST_MAILS, LEASE));
        long begun = System.nanoTime();
        Optional<DeliveryException> unavailable = Optional.empty();
        Optional<SQLException> failure = Optional.empty();
        for (PendingMail mail : mails) {
            try {
                boolean late = System.nanoTime() - begun > BEGIN_WITHIN.toNanos();
                if (late || stopping.getAsBoolean()) {
                    note(begun, connection -> outbox.release(connection, mail.id()));
                } else {
                    unavailable = deliverOrPostpone(mail, unavailable, begun);
                }
            } catch (SQLException e) {
                // What cannot be noted of this mail must not keep the others until the lease is over.
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return mails.size();
    }

    /** An error of ours in one mail must hold up neither the others nor, once it is corrected, this one. */
    private Optional<DeliveryException> deliverOrPostpone(
            PendingMail mail, Optional<DeliveryException> unavailable, long begun)
            throws SQLException, InterruptedException {
        try {
            return deliver(mail, unavailable, begun);
        } catch (RuntimeException e) {
            LOG.error("mail {} stopped at an error of Emberwatch itself, will be tried again", mail.id(), e);
            Duration wait = schedule.afterFailure(Integer.MAX_VALUE);
            note(begun, connection -> outbox.retryAfter(connection, mail.id(), wait, "", e.toString()));
            return unavailable;
        }
    }

    /** Returns why nothing can be sent at present, if so: the next mails then need not run into the same wall. */
    private Optional<DeliveryException> deliver(PendingMail mail, Optional<DeliveryException> unavailable, long begun)
            throws SQLException, InterruptedException {
        Optional<MailFacts> facts;
        try {
            facts = database.transact(connection -> factsQuery.find(connection, mail.id()));
        } catch (SQLException e) {
            unread(mail, e, begun);
            return unavailable;
        }
        if (facts.isEmpty()) {
            return unavailable;
        }
        RenderedMail rendered = renderer.render(facts.get(), Language.ENGLISH);
        try {
            MimeMessage message = message(facts.get(), rendered);
            if (unavailable.isPresent()) {
                throw unavailable.get();
            }
            transport.send(message);
        } catch (DeliveryException e) {
            failed(mail, facts.get(), rendered, e, begun);
            return e.kind() == Kind.UNAVAILABLE ? Optional.of(e) : unavailable;
        }
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
            throw new DeliveryException(Kind.REJECTED, words, e);
        } catch (MessagingException e) {
            throw new DeliveryException(Kind.REJECTED, "cannot write this mail: " + e.getMessage(), e);
        }
    }

    private void failed(PendingMail mail, MailFacts facts, RenderedMail rendered, DeliveryException error, long begun)
            throws SQLException, InterruptedException {
        String words = error.getMessage();
        if (error.kind() == Kind.REJECTED) {
            LOG.error("mail {} to {} is rejected and given up: {}", mail.id(), facts.recipient(), words);
            note(begun, connection -> outbox.reject(connection, mail.id(), rendered.subject(), words));
            return;
        }
        int attempt = mail.attempts() + 1;
        Duration wait = schedule.afterFailure(attempt);
        LOG.warn(
                "mail {} to {} not sent, attempt {}, again in {} s: {}",
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
                boolean leaseEnds = System.nanoTime() - begun > LEASE.toNanos();
                if (leaseEnds || stopping.getAsBoolean()) {
                    throw e;
                }
                LOG.warn("cannot note what became of a mail, trying again: {}", e.getMessage());
                Thread.sleep(NOTE_AGAIN_AFTER.toMillis());
            }
        }
    }
}
