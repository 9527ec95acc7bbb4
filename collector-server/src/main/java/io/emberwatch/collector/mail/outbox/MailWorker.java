package io.emberwatch.collector.mail.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that sends mails round by round: while there are any, at each nudge, and about every second. */
final class MailWorker {
    private static final Logger LOG = LoggerFactory.getLogger(MailWorker.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(2);

    private final OutboxDispatcher round;
    private final MailTransport transport;
    private final Semaphore nudges = new Semaphore(0);
    private final Thread thread;
    private final StopFlag stop;

    MailWorker(String name, OutboxDispatcher round, MailTransport transport, StopFlag stop) {
        this.round = round;
        this.transport = transport;
        this.stop = stop;
        this.thread = new Thread(this::work, name);
    }

    void start() {
        thread.start();
    }

    void wake() {
        nudges.release();
    }

    /** Waits for the mail in hand; after the deadline breaks the connection and goes. */
    boolean join(Duration deadline) throws InterruptedException {
        thread.join(Math.max(1, deadline.toMillis()));
        if (!thread.isAlive()) {
            return true;
        }
        LOG.warn("{}: the mail server does not answer; the mail in hand will be sent again later", thread.getName());
        transport.close();
        thread.interrupt();
        return false;
    }

    private void work() {
        try (transport) {
            while (!stop.isSet()) {
                awaitWork(roundOrError());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How long to wait before the next round unless nudged. */
    private Duration roundOrError() throws InterruptedException {
        try {
            return round.run() > 0 ? Duration.ZERO : POLL;
        } catch (SQLException e) {
            LOG.warn("the outbox cannot be read, trying again: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("mails stopped at an error of Emberwatch itself, trying again", e);
        }
        return AFTER_ERROR;
    }

    private void awaitWork(Duration atMost) throws InterruptedException {
        if (!stop.isSet() && nudges.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            nudges.drainPermits();
        }
    }
}
