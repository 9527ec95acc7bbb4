package io.emberwatch.collector.ingest;

import io.emberwatch.collector.ingest.BatchTransaction.MachinesLockedException;
import io.emberwatch.collector.ingest.WriterQueue.Turn;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer: takes what is in its queue, writes it in one transaction, and only then acknowledges it to the sessions.
 * A transaction that fails because of the database is tried again for as long as it takes, while the queue fills up and
 * sockets are held back; a writer that gave up would hold up its machines for good. One that fails because of one
 * machine's rows costs that machine: it is found, goes by itself from then on, and pauses; what cannot be stored for its
 * content is halved until the reading at fault stands alone and can be rejected. Runs on a thread of its own, to which
 * all of its state belongs.
 */
final class BatchWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** After so many attempts what the database says is taken to be about one of the machines. */
    private static final int MAX_ATTEMPTS_TOGETHER = 5;

    private static final Duration AFTER_DEFECT = Duration.ofSeconds(5);
    private static final int MAX_NAMES = 5;

    private final int writer;
    private final IngestQueue queue;
    private final Ingest.Settings settings;
    private final Database database;
    private final BatchTransaction transaction;
    private final IngestCounters counters;
    private final ServiceProblems problems;
    private final WriterWatch.Progress progress;
    private final Runnable mailsMayBeDue;
    private final MachineContexts contexts;
    private final MachineBudgets budgets = new MachineBudgets();
    private final BlockedMachines blocked;

    BatchWriter(
            int writer,
            IngestQueue queue,
            Ingest.Settings settings,
            Database database,
            BatchTransaction transaction,
            MachineContexts contexts,
            IngestCounters counters,
            ServiceProblems problems,
            WriterWatch.Progress progress,
            Runnable mailsMayBeDue) {
        this.writer = writer;
        this.queue = queue;
        this.settings = settings;
        this.database = database;
        this.transaction = transaction;
        this.contexts = contexts;
        this.counters = counters;
        this.problems = problems;
        this.progress = progress;
        this.mailsMayBeDue = mailsMayBeDue;
        this.blocked = new BlockedMachines(writer, queue, problems, System::nanoTime);
    }

    /** What became of a transaction. */
    private sealed interface Outcome {
        /** @param leftOver what is still to be written, in order */
        record Written(List<IngestItem> leftOver) implements Outcome {}

        /**
         * Nothing is written: somebody holds a lock, or the like.
         *
         * @param machineIds the machines concerned, or one of them
         * @param isTested whether it is all of them
         */
        record Blocked(Set<Integer> machineIds, boolean isTested, Throwable cause) implements Outcome {}

        /** Nothing is written: something of it is at fault, and will be. */
        record Unstorable(Throwable cause) implements Outcome {}
    }

    /** Writes until the queue is closed and drained, or the thread is interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                Turn turn = queue.take(writer, settings.maxBatchReadings(), settings.linger());
                if (turn.items().isEmpty()) {
                    return;
                }
                try {
                    write(turn);
                } catch (RuntimeException | Error e) {
                    // The thread must not end: nothing of its machines would ever be written again.
                    LOG.error(
                            "a defect keeps {} from being dealt with, they are tried again", describe(turn.items()), e);
                    tryAgain(turn.items());
                } finally {
                    progress.moved();
                    queue.release(turn.items());
                }
            }
        } catch (InterruptedException e) {
            // What is not written is not acknowledged: its probe still has it.
            LOG.warn("a writer was stopped before it had written everything; the probes will send it again");
        }
    }

    /** Each machine by itself. What is stored already is found to be so; passed over, later items would speak for it. */
    private void tryAgain(List<IngestItem> items) {
        queue.putBack(writer, items);
        contexts.forget(machineIds(items));
        for (int machineId : machineIds(items)) {
            blocked.suspected(machineId);
            queue.pause(writer, machineId, AFTER_DEFECT, false);
        }
    }

    private void write(Turn turn) throws InterruptedException {
        if (turn.isAlone()) {
            writeAlone(turn.items());
        } else {
            writeTogether(turn.items());
        }
    }

    /** All that can be written; machines that keep the others from it are put back, to go by themselves. */
    private void writeTogether(List<IngestItem> items) throws InterruptedException {
        Outcome outcome = write(items, MAX_ATTEMPTS_TOGETHER);
        if (outcome instanceof Outcome.Written written) {
            queue.putBack(writer, written.leftOver());
            blocked.written(machineIds(items), false);
        } else if (outcome instanceof Outcome.Blocked by) {
            Map<Boolean, List<IngestItem>> isBlocked = items.stream()
                    .collect(Collectors.partitioningBy(item -> by.machineIds().contains(item.machineId())));
            putBack(isBlocked.get(true), by);
            if (!isBlocked.get(false).isEmpty()) {
                writeTogether(isBlocked.get(false));
            }
        } else if (outcome instanceof Outcome.Unstorable) {
            List<Integer> machines = List.copyOf(machineIds(items));
            if (machines.size() == 1) {
                queue.putBack(writer, items);
                blocked.refused(machines.get(0));
                return;
            }
            Set<Integer> half = Set.copyOf(machines.subList(0, machines.size() / 2));
            for (List<IngestItem> part : items.stream()
                    .collect(Collectors.partitioningBy(item -> half.contains(item.machineId())))
                    .values()) {
                writeTogether(part);
            }
        }
    }

    private void putBack(List<IngestItem> items, Outcome.Blocked by) {
        queue.putBack(writer, items);
        contexts.forget(by.machineIds());
        boolean isKnown = by.isTested() || by.machineIds().size() == 1;
        for (int machineId : by.machineIds()) {
            if (by.isTested()) {
                blocked.locked(machineId, nameOf(machineId, items));
            } else if (isKnown) {
                blocked.failed(machineId, nameOf(machineId, items), by.cause());
            } else {
                blocked.suspected(machineId);
            }
        }
    }

    /** What one machine has, of which something may be locked or unstorable; not much, for all others wait. */
    private void writeAlone(List<IngestItem> items) throws InterruptedException {
        Outcome outcome = write(items, 1);
        if (outcome instanceof Outcome.Written written) {
            queue.putBack(writer, written.leftOver());
            blocked.written(machineIds(items), true);
        } else if (outcome instanceof Outcome.Blocked by) {
            putBack(items, by);
        } else {
            blocked.refused(items.get(0).machineId());
            for (int i = 0; i < items.size(); i++) {
                if (divide(items.get(i)) instanceof Outcome.Blocked by) {
                    // What of this item is written already is found to be so.
                    putBack(items.subList(i, items.size()), by);
                    return;
                }
            }
        }
    }

    /** Something in here cannot be stored: write one half, then the other, until it stands alone and is rejected. */
    private Outcome divide(IngestItem item) throws InterruptedException {
        Outcome outcome = write(List.of(item), 1);
        if (outcome instanceof Outcome.Written written) {
            return written.leftOver().isEmpty()
                    ? written
                    : divide(written.leftOver().get(0));
        }
        if (!(outcome instanceof Outcome.Unstorable unstorable)) {
            return outcome;
        }
        if (!(item instanceof IngestItem.Batch batch)) {
            LOG.error("dropped what cannot be stored: {}", item, unstorable.cause());
            return new Outcome.Written(List.of());
        }
        int half = batch.readings().size() / 2;
        if (half > 0) {
            for (IngestItem.Batch part : List.of(
                    batch.quietly(0, half), batch.quietly(half, batch.readings().size()))) {
                if (divide(part) instanceof Outcome.Blocked by) {
                    return by;
                }
            }
        }
        // The session hears of its batch once, when the whole of it is stored or set aside.
        return reject(batch, unstorable.cause());
    }

    /** Sets aside what is not stored yet; or if that is not possible either, passes over it. */
    private Outcome reject(IngestItem.Batch batch, Throwable cause) throws InterruptedException {
        Outcome outcome = commit(
                List.of(batch),
                1,
                connection -> transaction.reject(connection, batch, Optional.of(reason(cause)), contexts));
        if (!(outcome instanceof Outcome.Unstorable)) {
            return outcome;
        }
        problems.report(
                Kind.READINGS_REJECTED,
                batch.session().machineName(),
                "reading " + batch.readings().get(0).sequence() + " cannot even be set aside and is passed over: "
                        + reason(cause));
        return commit(
                List.of(batch), 1, connection -> transaction.reject(connection, batch, Optional.empty(), contexts));
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private Outcome write(List<IngestItem> items, int maxAttempts) throws InterruptedException {
        long now = System.nanoTime();
        return commit(
                items,
                maxAttempts,
                connection ->
                        transaction.write(connection, items, contexts, machineId -> budgets.xids(machineId, now)));
    }

    /**
     * Makes one transaction, again and again until it is committed, or until it is clear that it is not the database's
     * fault alone.
     *
     * @param maxAttempts after how many the machines are to blame, if the database answers
     */
    private Outcome commit(List<IngestItem> items, int maxAttempts, Database.Work<BatchTransaction.Result> work)
            throws InterruptedException {
        progress.begins(() -> describe(items));
        for (int failures = 0; ; failures++) {
            BatchTransaction.Result result;
            try {
                result = database.transact(work);
            } catch (MachinesLockedException e) {
                return new Outcome.Blocked(e.machineIds(), e.isTested(), e);
            } catch (SQLException | RuntimeException | Error e) {
                contexts.forget(machineIds(items));
                progress.failed(e);
                Optional<Outcome> known = outcomeOf(e, items, failures + 1 >= maxAttempts);
                if (known.isPresent()) {
                    return known.get();
                }
                waitAfter(failures + 1, e);
                continue;
            }
            if (failures > 0) {
                LOG.info("the database takes readings again after {} attempts", failures + 1);
            }
            accept(items, result);
            return new Outcome.Written(result.leftOver());
        }
    }

    /** Empty if it is the database's fault, as far as it is known. */
    private static Optional<Outcome> outcomeOf(Throwable e, List<IngestItem> items, boolean isLastAttempt) {
        if (e instanceof SQLException failure) {
            if (SqlFailure.of(failure) == SqlFailure.POISON_DATA) {
                return Optional.of(new Outcome.Unstorable(e));
            }
            // A server that is leaving, and one that chose this transaction to end a deadlock, say nothing of the data.
            boolean isAboutMachines = SqlFailure.of(failure) == SqlFailure.TRANSIENT
                    && failure.getErrorCode() != 0
                    && !SqlFailure.isOfServer(failure)
                    && !SqlFailure.isDeadlock(failure);
            return isAboutMachines && isLastAttempt
                    ? Optional.of(new Outcome.Blocked(machineIds(items), false, e))
                    : Optional.empty();
        }
        // A defect of our own; perhaps one that a single reading brings to light.
        return e instanceof RuntimeException && isLastAttempt
                ? Optional.of(new Outcome.Unstorable(e))
                : Optional.empty();
    }

    /** The transaction is committed: remember, count, and only now say so to the sessions. */
    private void accept(List<IngestItem> items, BatchTransaction.Result result) {
        result.machines().forEach((machineId, of) -> contexts.remember(machineId, of.context()));
        contexts.forget(machineIds(
                items.stream().filter(IngestItem.Ended.class::isInstance).toList()));
        counters.countTransaction(result.readings());
        result.feedback().forEach(BatchWriter::pass);
        result.storming().forEach(blocked::storms);
        if (result.alarmChanges() > 0) {
            mailsMayBeDue.run();
        }
        Map<Integer, Long> work = items.stream()
                .collect(Collectors.groupingBy(IngestItem::machineId, Collectors.summingLong(IngestItem::work)));
        result.machines().forEach((machineId, of) -> account(machineId, of, work.get(machineId), items));
        progress.begins(() -> "what is left of " + describe(items));
    }

    /** Charges a machine's budget with what is written of it, and reports what is not. */
    private void account(int machineId, BatchTransaction.OfMachine of, long work, List<IngestItem> items) {
        if (of.storms()) {
            blocked.storms(machineId);
        }
        MachineBudgets.Wait wait = budgets.charge(machineId, work, of.xids(), System.nanoTime());
        if (!wait.duration().isZero()) {
            queue.pause(writer, machineId, wait.duration(), wait.historyOnly());
            problems.report(
                    Kind.MACHINE_OVER_QUOTA,
                    nameOf(machineId, items),
                    "it has filled " + MachineBudgets.ROWS_AT_ONCE + " rows in little time, and now gets "
                            + MachineBudgets.ROWS_PER_S + " a second"
                            + (wait.historyOnly() ? "; its live readings are not delayed" : "; what it sends waits"));
        }
        of.leftOut().ifPresent(what -> problems.report(Kind.MACHINE_OVER_QUOTA, nameOf(machineId, items), what));
        if (!of.rejected().isEmpty()) {
            problems.report(
                    Kind.READINGS_REJECTED,
                    nameOf(machineId, items),
                    "set aside in reading_rejected: " + of.rejected().size() + ", the first is reading "
                            + of.rejected().get(0).reading().sequence() + ": "
                            + of.rejected().get(0).reason());
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

    private static String describe(List<IngestItem> items) {
        Set<Integer> machines = machineIds(items);
        return items.size() + " items of " + machines.size() + " machines ("
                + machines.stream()
                        .limit(MAX_NAMES)
                        .map(id -> nameOf(id, items))
                        .collect(Collectors.joining(", "))
                + (machines.size() > MAX_NAMES ? " …)" : ")");
    }

    /** As its sessions say; its number if none of them has said anything. */
    private static String nameOf(int machineId, List<IngestItem> items) {
        return items.stream()
                .filter(item -> item.machineId() == machineId)
                .flatMap(item -> item.machineName().stream())
                .findFirst()
                .orElse("machine number " + machineId);
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
}
