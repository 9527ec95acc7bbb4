package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue and its writers. Thread-safe. */
public final class Ingest {
    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);

    private final IngestQueue queue;
    private final IngestCounters counters;
    private final DuplicateProbes duplicates;
    private final Clock clock;
    private final List<Thread> writers;
    private final WriterWatch watch;

    private Ingest(
            IngestQueue queue,
            IngestCounters counters,
            DuplicateProbes duplicates,
            Clock clock,
            List<Thread> writers,
            WriterWatch watch) {
        this.queue = queue;
        this.duplicates = duplicates;
        this.clock = clock;
        this.counters = counters;
        this.writers = List.copyOf(writers);
        this.watch = watch;
    }

    /**
     * Starts the writers.
     *
     * @param registry hands out the newest limits and silences
     * @param problems hears of machines and writers that get nothing written
     * @param mailsMayBeDue called after a commit that changed alarms; must not block
     */
    public static Ingest start(
            Settings settings,
            Database database,
            AlarmStore alarms,
            AlarmEngine engine,
            Supplier<Registry> registry,
            ServiceProblems problems,
            Clock clock,
            Runnable mailsMayBeDue) {
        IngestQueue queue = new IngestQueue(settings.writers(), settings.queueBytes());
        IngestCounters counters = new IngestCounters();
        DuplicateProbes duplicates = new DuplicateProbes(clock.instant());
        BatchTransaction transaction =
                new BatchTransaction(alarms, engine, registry, duplicates, settings.liveWithin(), problems, clock);
        List<Thread> writers = new ArrayList<>();
        List<WriterWatch.Progress> progress = new ArrayList<>();
        for (int number = 0; number < settings.writers(); number++) {
            String name = "writer-" + number;
            progress.add(new WriterWatch.Progress(name, System::nanoTime));
            BatchWriter writer = new BatchWriter(
                    number,
                    queue,
                    settings,
                    database,
                    transaction,
                    new MachineContexts(alarms),
                    counters,
                    problems,
                    progress.get(number),
                    mailsMayBeDue);
            Thread thread = new Thread(writer, name);
            thread.start();
            writers.add(thread);
        }
        return new Ingest(queue, counters, duplicates, clock, writers, WriterWatch.start(progress, problems));
    }

    /** Where what is received goes. */
    public IngestQueue queue() {
        return queue;
    }

    /**
     * Another probe with the machine's key was turned away: its owner is to know.
     *
     * @param from its address and port
     */
    public void turnedAway(int machineId, String from) {
        if (duplicates.turnedAway(machineId, clock.instant())) {
            queue.addAlways(new IngestItem.DuplicateCheck(machineId, from));
        }
    }

    public IngestCounters counters() {
        return counters;
    }

    /**
     * Writes what is there, then stops; what is not written by the deadline was not acknowledged either.
     *
     * @return whether everything was written
     */
    public boolean drain(Duration deadline) {
        queue.close();
        long end = System.nanoTime() + deadline.toNanos();
        boolean drained = true;
        for (Thread writer : writers) {
            drained &= join(writer, Duration.ofNanos(end - System.nanoTime()));
        }
        watch.close();
        if (!drained) {
            LOG.warn("not everything was written within {} s", deadline.toSeconds());
        }
        return drained;
    }

    private static boolean join(Thread writer, Duration wait) {
        try {
            if (!wait.isNegative()) {
                writer.join(Math.max(1, wait.toMillis()));
            }
            if (!writer.isAlive()) {
                return true;
            }
            writer.interrupt();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            writer.interrupt();
            return false;
        }
    }

    /**
     * How ingest is dimensioned.
     *
     * @param writers number of writers, each with a connection of its own while it writes
     * @param queueBytes limit of the queue
     * @param maxBatchReadings most readings that share a transaction
     * @param linger how long a writer waits for company once it has something to write
     * @param liveWithin a reading older than this (and than twice the sampling interval) when its probe sent it is
     *     history: it raises no mail of its own
     */
    public record Settings(int writers, long queueBytes, int maxBatchReadings, Duration linger, Duration liveWithin) {
        public Settings {
            if (writers < 1 || queueBytes < 1 || maxBatchReadings < 1) {
                throw new IllegalArgumentException("writers, queueBytes and maxBatchReadings must be 1 or more");
            }
        }
    }
}
