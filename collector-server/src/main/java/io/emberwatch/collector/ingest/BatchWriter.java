package io.emberwatch.collector.ingest;

import io.emberwatch.collector.ingest.BatchTransaction.Result;
import io.emberwatch.collector.ingest.MachineWrite.UnusableReadingException;
import io.emberwatch.collector.ingest.MachineContexts.MachineContext;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.SqlFailure;
import io.emberwatch.protocol.Reading;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer: takes what is in its lane, writes it in one transaction, and only then tells the sessions. A transaction
 * that fails for a passing reason is tried again for as long as it takes, while the queue fills up and sockets are held
 * back; a writer that gave up would hold up its machines for good. One that fails because of its content is halved until the reading at fault stands alone and can be rejected.
 * Runs on a thread of its own, to which all of its state belongs.
 */
final class BatchWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    private final int lane;
    private final IngestQueue queue;
    private final Ingest.Settings settings;
    private final Database database;
    private final BatchTransaction transaction;
    private final IngestCounters counters;
    private final Runnable mailsMayBeDue;
    private final Map<Integer, MachineContext> contexts = new HashMap<>();

    BatchWriter(
            int lane,
            IngestQueue queue,
            Ingest.Settings settings,
            Database database,
            BatchTransaction transaction,
            IngestCounters counters,
            Runnable mailsMayBeDue) {
        this.lane = lane;
        this.queue = queue;
        this.settings = settings;
        this.database = database;
        this.transaction = transaction;
        this.counters = counters;
        this.mailsMayBeDue = mailsMayBeDue;
    }

    /** Writes until the queue is closed and drained, or the thread is interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                List<IngestItem> items = queue.take(lane, settings.maxBatchReadings(), settings.linger());
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
        for (int failures = 1; ; failures++) {
            Result result;
            try {
                result = database.transact(connection -> transaction.write(connection, items, contexts));
            } catch (SQLException | RuntimeException | Error e) {
                forget(items);
                if (isCausedByContent(e)) {
                    divide(items, e);
                    return;
                }
                waitAfter(failures, e);
                continue;
            }
            if (failures > 1) {
                LOG.info("the database takes readings again after {} attempts", failures);
            }
            accept(items, result);
            return;
        }
    }

    /** Something in here cannot be stored: write one half, then the other, until it stands alone. */
    private void divide(List<IngestItem> items, Throwable cause) throws InterruptedException {
        if (items.size() > 1) {
            write(items.subList(0, items.size() / 2));
            write(items.subList(items.size() / 2, items.size()));
        } else if (items.get(0) instanceof IngestItem.Batch batch
                && batch.readings().size() > 1) {
            int half = batch.readings().size() / 2;
            // The session is told of its batch once, when the whole of it is stored.
            write(List.of(batch.quietly(0, half)));
            write(List.of(batch.quietly(half, batch.readings().size())));
            write(List.of(batch));
        } else if (items.get(0) instanceof IngestItem.Batch batch) {
            reject(batch, cause);
        } else {
            LOG.error("dropped what cannot be stored: {}", items.get(0), cause);
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
        for (int failures = 1; ; failures++) {
            Result result;
            try {
                result = database.transact(connection -> transaction.reject(connection, batch, reason, contexts));
            } catch (SQLException | RuntimeException | Error e) {
                forget(List.of(batch));
                waitAfter(failures, e);
                continue;
            }
            counters.countRejected();
            accept(List.of(batch), result);
            return;
        }
    }

    /** The transaction is committed: remember, count, and tell the sessions. */
    private void accept(List<IngestItem> items, Result result) {
        contexts.putAll(result.contexts());
        for (IngestItem item : items) {
            if (item instanceof IngestItem.Ended) {
                contexts.remove(item.machineId());
            }
        }
        counters.countTransaction(result.readings());
        result.notices().forEach(BatchWriter::tell);
        if (result.alarmChanges() > 0) {
            mailsMayBeDue.run();
        }
    }

    /** What is committed is committed, whether its session can still be told or not. */
    private static void tell(Result.Notice notice) {
        try {
            notice.tell();
        } catch (RuntimeException e) {
            LOG.debug("a session could not be told", e);
        }
    }

    /** After a failure it is not known what took effect: read it again next time. */
    private void forget(List<IngestItem> items) {
        Set<Integer> machineIds = items.stream().map(IngestItem::machineId).collect(Collectors.toSet());
        contexts.keySet().removeAll(machineIds);
    }

    private void waitAfter(int failures, Throwable e) throws InterruptedException {
        Duration wait = Backoff.after(failures);
        counters.countRetry();
        // A deadlock with an admission is nobody's fault and over at once.
        boolean isDeadlock = e instanceof SQLException failure && SqlFailure.isDeadlock(failure);
        if (failures == (isDeadlock ? 2 : 1) || failures % 20 == 0) {
            LOG.warn("the database does not take readings (attempt {}), they wait: {}", failures, e.getMessage());
            LOG.debug("the database does not take readings", e);
            if (!(e instanceof SQLException)) {
                LOG.error("a defect keeps readings from being written", e);
            }
        }
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
    }

    private static boolean isCausedByContent(Throwable e) {
        return e instanceof UnusableReadingException
                || (e instanceof SQLException failure && SqlFailure.of(failure) == SqlFailure.POISON_DATA);
    }
}
