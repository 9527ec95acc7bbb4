package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.store.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is in the outbox, for as long as it takes. Any number of these may work on one database. Thread-safe.
 */
public final class MailWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MailWorkers.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(2);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final List<Worker> workers;
    private final AtomicBoolean stop;

    private MailWorkers(List<Worker> workers, AtomicBoolean stop) {
        this.workers = workers;
        this.stop = stop;
    }

    /**
     * Starts sending.
     *
     * @param transports makes one transport for each worker
     * @param count how many mails may be under way at once, 1 or more; of one recipient it is one
     * @param problems whom to tell if mails do not leave
     */
    public static MailWorkers start(
            Database database,
            MailMessages messages,
            Supplier<MailTransport> transports,
            int count,
            DeliveryProblems problems) {
        AtomicBoolean stop = new AtomicBoolean();
        RecipientTurns turns = new RecipientTurns(new RetrySchedule(new Random()), System::nanoTime);
        List<Worker> workers = IntStream.rangeClosed(1, count)
                .mapToObj(number -> {
                    MailTransport transport = transports.get();
                    RetrySchedule schedule = new RetrySchedule(new Random());
                    OutboxDispatcher dispatcher =
                            new OutboxDispatcher(database, messages, transport, schedule, turns, problems, stop::get);
                    return new Worker("mail-" + number, dispatcher, transport, stop);
                })
                .toList();
        workers.forEach(Worker::start);
        return new MailWorkers(workers, stop);
    }

    /** Says that mails may have fallen due; call it after the commit. Never blocks. */
    public void wake() {
        workers.forEach(Worker::wake);
    }

    /**
     * Finishes the mails in hand and stops; what is left stays in the outbox.
     *
     * @return false if a mail server kept a worker beyond the deadline; that mail is sent again later
     */
    public boolean stop(Duration deadline) throws InterruptedException {
        stop.set(true);
        wake();
        long end = System.nanoTime() + deadline.toNanos();
        boolean clean = true;
        for (Worker worker : workers) {
            clean &= worker.join(Duration.ofNanos(end - System.nanoTime()));
        }
        return clean;
    }

    /** Stops within 10 s. */
    @Override
    public void close() {
        try {
            stop(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One thread that takes mails from the outbox again and again: while there are any, at each nudge, and about every
     * second.
     */
    private static final class Worker {
        private final OutboxDispatcher dispatcher;
        private final MailTransport transport;
        private final Semaphore nudges = new Semaphore(0);
        private final Thread thread;
        private final AtomicBoolean stop;

        Worker(String name, OutboxDispatcher dispatcher, MailTransport transport, AtomicBoolean stop) {
            this.dispatcher = dispatcher;
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
            LOG.warn(
                    "{}: the mail server does not answer; the mail in hand will be sent again later", thread.getName());
            transport.close();
            thread.interrupt();
            return false;
        }

        private void work() {
            try (transport) {
                while (!stop.get()) {
                    awaitWork(dispatchOrError());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** How long to wait before looking again unless nudged. */
        private Duration dispatchOrError() throws InterruptedException {
            try {
                return dispatcher.run() ? Duration.ZERO : POLL;
            } catch (SQLException e) {
                LOG.warn("the outbox cannot be read, trying again: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("mails stopped at an error of Emberwatch itself, trying again", e);
            }
            return AFTER_ERROR;
        }

        private void awaitWork(Duration atMost) throws InterruptedException {
            if (!stop.get() && nudges.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                nudges.drainPermits();
            }
        }
    }
}
