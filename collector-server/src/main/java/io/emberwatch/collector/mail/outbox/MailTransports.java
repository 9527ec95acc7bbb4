package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailDestination.Folder;
import io.emberwatch.collector.mail.outbox.MailDestination.Smtp;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * The ways to one destination, which leave it alone together once it takes nothing: however many mails wait and whoever
 * sends them, it is one attempt at a time. Thread-safe.
 */
public final class MailTransports {
    private final MailDestination destination;
    private final SmtpSettings settings;
    private final ServerRest rest;

    /** @param settings if it is a mail server */
    public MailTransports(MailDestination destination, SmtpSettings settings) {
        this(destination, settings, System::nanoTime);
    }

    MailTransports(MailDestination destination, SmtpSettings settings, LongSupplier nanoTime) {
        this.destination = destination;
        this.settings = settings;
        this.rest = new ServerRest(new RetrySchedule(new Random()), nanoTime);
    }

    /** One more transport that brings mails there, on a connection of its own. */
    public MailTransport open() {
        MailTransport transport = destination instanceof Smtp server
                ? new SmtpTransport(server, settings)
                : new FolderTransport(((Folder) destination).path(), Instant.now());
        return new Resting(transport, rest);
    }

    private record Resting(MailTransport transport, ServerRest rest) implements MailTransport {
        @Override
        public boolean isReady() {
            return rest.isOver();
        }

        @Override
        public void send(MimeMessage mail) throws DeliveryException {
            rest.begin();
            DeliveryException failure = null;
            try {
                transport.send(mail);
            } catch (DeliveryException e) {
                failure = e;
                throw e;
            } finally {
                rest.end(Optional.ofNullable(failure));
            }
        }

        @Override
        public Duration timeout() {
            return transport.timeout();
        }

        @Override
        public void close() {
            transport.close();
        }
    }
}
