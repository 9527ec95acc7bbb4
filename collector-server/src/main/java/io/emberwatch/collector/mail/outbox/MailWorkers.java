package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.text.MailRenderer;
import io.emberwatch.collector.store.Database;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Sends what is in the outbox, for as long as it takes. Any number of these may work on one database. Thread-safe.
 */
public final class MailWorkers implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final List<MailWorker> workers;
    private final StopFlag stop;

    private MailWorkers(List<MailWorker> workers, StopFlag stop) {
        this.workers = workers;
        this.stop = stop;
    }

    /**
     * Starts sending.
     *
     * @param transports makes one transport for each worker
     * @param count how many mails may be under way at once, 1 or more
     */
    public static MailWorkers start(
            Database database, MailMessages messages, Supplier<MailTransport> transports, int count) {
        StopFlag stop = new StopFlag();
        MailRenderer renderer = new MailRenderer();
        List<MailWorker> workers = IntStream.rangeClosed(1, count)
                .mapToObj(number -> {
                    MailTransport transport = transports.get();
                    RetrySchedule schedule = new RetrySchedule(new Random());
                    OutboxDispatcher round =
                            new OutboxDispatcher(database, renderer, messages, transport, schedule, stop::isSet);
                    return new MailWorker("mail-" + number, round, transport, stop);
                })
                .toList();
        workers.forEach(MailWorker::start);
        return new MailWorkers(workers, stop);
    }

    /** Says that mails may have fallen due; call it after the commit. Never blocks. */
    public void wake() {
        workers.forEach(MailWorker::wake);
    }

    /**
     * Finishes the mails in hand and stops; what is left stays in the outbox.
     *
     * @return false if a mail server kept a worker beyond the deadline; that mail is sent again later
     */
    public boolean stop(Duration deadline) throws InterruptedException {
        stop.set();
        wake();
        long end = System.nanoTime() + deadline.toNanos();
        boolean clean = true;
        for (MailWorker worker : workers) {
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
}
