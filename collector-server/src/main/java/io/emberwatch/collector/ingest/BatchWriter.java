package io.emberwatch.collector.ingest;

import io.emberwatch.collector.ingest.MachineWrite.UnusableReadingException;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.SqlFailure;
import io.emberwatch.protocol.Reading;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer: takes what is in its queue, writes it in one transaction, and only then acknowledges it to the sessions.
 * A transaction that fails for a passing reason is tried again for as long as it takes, while the queue fills up and
 * sockets are held back; a writer that gave up would hold up its machines for good. One that fails because of its
 * content is halved until the reading at fault stands alone and can be rejected. Runs on a thread of its own, to which
 * all of its state belongs.
 */
final class BatchWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final int writer;
    private final IngestQueue queue;
    private final Ingest.Settings settings;
    private final Database database;
    private final BatchTransaction transaction;
    private final IngestCounters counters;
    private final Runnable mailsMayBeDue;
    private final MachineContexts contexts;

    BatchWriter(
            int writer,
            IngestQueue queue,
            Ingest.Settings settings,
            Database database,
            BatchTransaction transaction,
            MachineContexts contexts,
            IngestCounters counters,
            Runnable mailsMayBeDue) {
        this.writer = writer;
        this.queue = queue;
        this.settings = settings;
        this.database = database;
        this.transaction = transaction;
        this.contexts = contexts;
        this.counters = counters;
        this.mailsMayBeDue = mailsMayBeDue;
    }

    /** Writes until the queue is closed and drained, or the thread is interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                List<IngestItem> items = queue.take(writer, settings.maxBatchReadings(), settings.linger());
                if (items.isEmpty()) {
                    return;
                }
                try {
                    write(items);
                } finally {
                    queue.release(items);
                }
            }
        } catch (InterruptedException e) {
            // What is not written is not acknowledged: its probe still has it.
            LOG.warn("a writer was stopped before it had written everything; the probes will send it again");
        }
    }

    private void write(List<IngestItem> items) throws InterruptedException {
        Optional<Throwable> atFault = commit(
                items, connection -> transaction.write(connection, items, contexts), BatchWriter::isCausedByContent);
        if (atFault.isPresent()) {
            divide(items, atFault.get());
        }
    }

    /** Something in here cannot be stored: write one half, then the other, until it stands alone. */
    private void divide(List<IngestItem> items, Throwable cause) throws InterruptedException {
        if (items.size() > 1) {
            write(items.subList(0, items.size() / 2));
            write(items.subList(items.size() / 2, items.size()));
        } else if (!(items.get(0) instanceof IngestItem.Batch batch)) {
            LOG.error("dropped what cannot be stored: {}", items.get(0), cause);
        } else if (batch.readings().size() > 1) {
            int half = batch.readings().size() / 2;
            // The session hears of its batch once, when the whole of it is stored.
            write(List.of(batch.quietly(0, half)));
            write(List.of(batch.quietly(half, batch.readings().size())));
            write(List.of(batch));
        } else {
            reject(batch, cause);
        }
    }

    private void reject(IngestItem.Batch batch, Throwable cause) throws InterruptedException {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        for (Reading reading : batch.readings()) {
            LOG.warn(
                    "{}: reading {} cannot be stored and goes to reading_rejected: {}",
                    batch.session().machineName(),
                    reading.sequence(),
                    reason);
        }
        var unused = commit(
                List.of(batch),
                connection -> transaction.reject(connection, batch, reason, contexts),
                failure -> false);
    }

    /**
     * Makes one transaction, again and again until it is committed.
     *
     * @param isFinal whether a failure is one that no further attempt can mend
     * @return the final failure, if there was one
     */
    private Optional<Throwable> commit(
            List<IngestItem> items, Database.Work<BatchTransaction.Result> work, Predicate<Throwable> isFinal)
            throws InterruptedException {
        for (int failures = 0; ; failures++) {
            BatchTransaction.Result result;
            try {
                result = database.transact(work);
            } catch (SQLException | RuntimeException | Error e) {
                contexts.forget(machineIds(items));
                if (isFinal.test(e)) {
                    return Optional.of(e);
                }
                waitAfter(failures + 1, e);
                continue;
            }
            if (failures > 0) {
                LOG.info("the database takes readings again after {} attempts", failures + 1);
            }
            accept(items, result);
            return Optional.empty();
        }
    }

    /** The transaction is committed: remember, count, and only now say so to the sessions. */
    private void accept(List<IngestItem> items, BatchTransaction.Result result) {
        contexts.remember(result.contexts());
        contexts.forget(machineIds(
                items.stream().filter(IngestItem.Ended.class::isInstance).toList()));
        counters.countTransaction(result.readings());
        result.feedback().forEach(BatchWriter::pass);
        if (result.alarmChanges() > 0) {
            mailsMayBeDue.run();
        }
    }

    /** What is committed is committed, whether its session still takes feedback or not. */
    private static void pass(Runnable feedback) {
        try {
            feedback.run();
        } catch (RuntimeException e) {
            LOG.debug("a session took no feedback", e);
        }
    }

    private static Set<Integer> machineIds(List<IngestItem> items) {
        return items.stream().map(IngestItem::machineId).collect(Collectors.toSet());
    }

    private void waitAfter(int failures, Throwable e) throws InterruptedException {
        // A deadlock with an admission is nobody's fault and over at once.
        boolean isDeadlock = e instanceof SQLException failure && SqlFailure.isDeadlock(failure);
        if (failures == (isDeadlock ? 2 : 1) || failures % 20 == 0) {
            LOG.warn("the database does not take readings (attempt {}), they wait: {}", failures, e.getMessage());
            LOG.debug("the database does not take readings", e);
            if (!(e instanceof SQLException)) {
                LOG.error("a defect keeps readings from being written", e);
            }
        }
        TimeUnit.MILLISECONDS.sleep(backoff(failures).toMillis());
    }

    /** Doubles from 100 ms to 5 s. */
    private static Duration backoff(int failures) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures - 1, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    private static boolean isCausedByContent(Throwable e) {
        return e instanceof UnusableReadingException
                || (e instanceof SQLException failure && SqlFailure.of(failure) == SqlFailure.POISON_DATA);
    }
}
