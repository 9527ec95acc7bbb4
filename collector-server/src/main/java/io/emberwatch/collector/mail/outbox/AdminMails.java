package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.problem.DigestSchedule;
import io.emberwatch.collector.problem.ProblemDigest;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblems;
import jakarta.mail.MessagingException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mails the admin of problems of the service. Not by way of the outbox: the database may be what is broken. What cannot
 * be sent is tried again for as long as it takes, as part of what there is to say by then. Thread-safe.
 */
public final class AdminMails implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminMails.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private final ServiceProblems problems;
    private final MailMessages messages;
    private final MailTransport transport;
    private final DeliveryProblems delivery;
    private final String recipient;
    private final String host;
    private final Clock clock;
    private final DigestSchedule digests = new DigestSchedule();
    private final RetrySchedule retries = new RetrySchedule(new Random());
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::work, "admin-mail");

    private AdminMails(
            ServiceProblems problems,
            MailMessages messages,
            MailTransport transport,
            DeliveryProblems delivery,
            String recipient,
            String host,
            Clock clock) {
        this.problems = problems;
        this.messages = messages;
        this.transport = transport;
        this.delivery = delivery;
        this.recipient = recipient;
        this.host = host;
        this.clock = clock;
        thread.setDaemon(true);
    }

    /**
     * Starts to look after problems.
     *
     * @param transport used by nobody else; closed with this
     * @param delivery told of mails that do not leave
     * @param host where this collector runs, for the reader
     */
    public static AdminMails start(
            ServiceProblems problems,
            MailMessages messages,
            MailTransport transport,
            DeliveryProblems delivery,
            String recipient,
            String host,
            Clock clock) {
        AdminMails mails = new AdminMails(problems, messages, transport, delivery, recipient, host, clock);
        mails.thread.start();
        return mails;
    }

    private void work() {
        try (transport) {
            int failures = 0;
            Duration wait = LOOK_INTERVAL;
            while (!stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                if (!transport.isReady()) {
                    wait = LOOK_INTERVAL;
                    continue;
                }
                failures = sendOrFail() ? 0 : failures + 1;
                wait = failures == 0 ? LOOK_INTERVAL : retries.afterFailure(failures);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether nothing is left to be tried again. */
    private boolean sendOrFail() {
        try {
            Optional<ProblemDigest> digest = digests.due(problems.all(), clock.instant());
            return digest.isEmpty() || send(digest.get());
        } catch (RuntimeException e) {
            LOG.error("the admin's mails stopped at an error of Emberwatch itself, trying again", e);
            return false;
        }
    }

    private boolean send(ProblemDigest digest) {
        try {
            transport.send(messages.problems(digest, host, recipient, clock.instant()));
            delivery.sent(recipient);
            LOG.info("mail about problems of the service sent to {}", recipient);
        } catch (DeliveryException e) {
            if (e.kind() != DeliveryException.Kind.REJECTED) {
                delivery.failed(recipient, e);
                LOG.warn(
                        "mail about problems of the service to {} not sent, will be tried again: {}",
                        recipient,
                        e.getMessage());
                return false;
            }
            refused(e.getMessage());
        } catch (MessagingException e) {
            refused(e.getMessage());
        }
        digests.told(digest, clock.instant());
        return true;
    }

    private void refused(String words) {
        problems.report(
                ServiceProblem.Kind.MAIL_REJECTED,
                recipient,
                "nobody is told of problems of the service: " + words + "; correct admin.mail");
    }

    /** Stops at once; what could not be sent yet is not sent. */
    @Override
    public void close() {
        stop.countDown();
        transport.close();
        thread.interrupt();
        try {
            thread.join(CLOSE_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
