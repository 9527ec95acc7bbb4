package io.emberwatch.collector.ingest;

import io.emberwatch.collector.store.GpuProcessStore.RunningProcess;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One thing to be written for one machine. Items of a machine are written in the order in which they were queued, but
 * that history may be written after what was queued behind it.
 */
public sealed interface IngestItem {
    /** An item that holds little. */
    int ITEM_BYTES = 200;
    /** What a statement costs by itself. */
    int STATEMENT_WORK = 10;
    /** An empty text. */
    int TEXT_BYTES = 56;

    int machineId();

    /** Name of the machine, if the item knows it. */
    default Optional<String> machineName() {
        return Optional.empty();
    }

    /** Writes it into the transaction that is being made. */
    void writeTo(BatchTransaction.Attempt attempt) throws SQLException;

    /** About how much memory it takes, for the queue's limit. */
    default long weightBytes() {
        return ITEM_BYTES;
    }

    /** About how many rows' worth of work it makes for the database, 1 or more. */
    default int work() {
        return STATEMENT_WORK;
    }

    /** How many readings it holds. */
    default int readingCount() {
        return 0;
    }

    /** What a probe says in a session; written only as long as that is the newest of its machine. */
    sealed interface OfSession extends IngestItem {
        Session session();

        @Override
        default int machineId() {
            return session().machineId();
        }

        @Override
        default Optional<String> machineName() {
            return Optional.of(session().machineName());
        }
    }

    /** Readings of a session, oldest first. */
    sealed interface Batch extends OfSession {
        int READING_BYTES = 150 + Long.BYTES * Scope.MACHINE.metrics().size();
        int GPU_BYTES = 100 + Long.BYTES * Scope.GPU.metrics().size();
        int XID_BYTES = 24;

        /** The GPUs that the readings refer to by position; a reading that refers to another cannot be stored. */
        AnnouncedGpus gpus();

        List<Reading> readings();

        /** Some of its readings, of which the session hears nothing. */
        Batch quietly(int from, int to);

        /** What is left of it once those before are taken; the session hears of it as of the whole. */
        Batch from(int index);

        /** How many of its first readings make at most so much work; one at least. */
        default int countWithin(int maxWork) {
            int count = 1;
            int work = work(readings().get(0));
            while (count < readings().size() && work + work(readings().get(count)) <= maxWork) {
                work += work(readings().get(count));
                count++;
            }
            return count;
        }

        /** Rows of a reading. */
        private static int work(Reading reading) {
            int rows = 1 + reading.gpus().size();
            for (GpuValues gpu : reading.gpus()) {
                rows += gpu.xids().size();
            }
            return rows;
        }

        @Override
        default void writeTo(BatchTransaction.Attempt attempt) {
            attempt.write(this);
        }

        /** The sum over its readings, so that it weighs the same in pieces. */
        @Override
        default long weightBytes() {
            long bytes = 0;
            for (Reading reading : readings()) {
                bytes += READING_BYTES;
                for (GpuValues gpu : reading.gpus()) {
                    bytes += GPU_BYTES + (long) XID_BYTES * gpu.xids().size();
                }
            }
            return bytes;
        }

        @Override
        default int work() {
            int work = 1;
            for (Reading reading : readings()) {
                work += work(reading);
            }
            return work;
        }

        @Override
        default int readingCount() {
            return readings().size();
        }
    }

    /**
     * Readings as they are taken, or as soon as they could be sent.
     *
     * @param sentAt the machine's clock when the probe sent them
     * @param clockOffset the machine's clock minus the collector's
     */
    record LiveBatch(Session session, AnnouncedGpus gpus, List<Reading> readings, Instant sentAt, Duration clockOffset)
            implements Batch {
        public LiveBatch {
            readings = List.copyOf(readings);
        }

        @Override
        public LiveBatch quietly(int from, int to) {
            return new LiveBatch(session.withoutFeedback(), gpus, readings.subList(from, to), sentAt, clockOffset);
        }

        @Override
        public LiveBatch from(int index) {
            return new LiveBatch(session, gpus, readings.subList(index, readings.size()), sentAt, clockOffset);
        }
    }

    /**
     * Readings that were deferred, or none.
     *
     * @param upTo the probe has nothing more up to this sequence
     */
    record HistoryBatch(Session session, AnnouncedGpus gpus, List<Reading> readings, long upTo) implements Batch {
        public HistoryBatch {
            readings = List.copyOf(readings);
        }

        @Override
        public HistoryBatch quietly(int from, int to) {
            long end = to == readings.size() ? upTo : readings.get(to - 1).sequence();
            return new HistoryBatch(session.withoutFeedback(), gpus, readings.subList(from, to), end);
        }

        @Override
        public HistoryBatch from(int index) {
            return new HistoryBatch(session, gpus, readings.subList(index, readings.size()), upTo);
        }
    }

    /**
     * The probe goes on live at {@code liveFrom}; what lies before it comes as history. Written with, or right before,
     * the first live readings.
     */
    record Deferral(Session session, long liveFrom) implements OfSession {
        @Override
        public void writeTo(BatchTransaction.Attempt attempt) {
            attempt.write(this);
        }
    }

    /** Readings that the probe will never send. */
    record Gap(Session session, Lost lost) implements OfSession {
        private static final int ROWS = 3;

        @Override
        public int work() {
            return ROWS;
        }

        @Override
        public void writeTo(BatchTransaction.Attempt attempt) {
            attempt.write(this);
        }
    }

    /** What the machine is made of. */
    record Report(Session session, Inventory inventory) implements OfSession {
        private static final int STATEMENTS = 6;
        /** It is looked up and written, and its name stands in three lists. */
        private static final int GPU_WORK = 3;

        private static final int GPU_BYTES = 500;

        @Override
        public int work() {
            return STATEMENTS * STATEMENT_WORK + GPU_WORK * inventory.gpus().size();
        }

        @Override
        public long weightBytes() {
            long bytes = ITEM_BYTES
                    + bytes(
                            inventory.hostname(),
                            inventory.model(),
                            inventory.os(),
                            inventory.kernel(),
                            inventory.cpuModel(),
                            inventory.virtualization(),
                            inventory.gpuDriver());
            for (GpuInfo gpu : inventory.gpus()) {
                bytes += GPU_BYTES + bytes(gpu.uuid(), gpu.model(), gpu.pciBusId());
            }
            return bytes;
        }

        @Override
        public void writeTo(BatchTransaction.Attempt attempt) throws SQLException {
            attempt.write(this);
        }
    }

    /**
     * What runs on the machine's GPUs now; each replaces the one before it.
     *
     * @param takenAt when the machine looked, by its clock
     */
    record Processes(Session session, Instant takenAt, List<RunningProcess> running) implements OfSession {
        private static final int PROCESS_BYTES = 100;
        private static final int STATEMENTS = 5;

        public Processes {
            running = List.copyOf(running);
        }

        @Override
        public void writeTo(BatchTransaction.Attempt attempt) throws SQLException {
            attempt.write(this);
        }

        @Override
        public long weightBytes() {
            long bytes = ITEM_BYTES;
            for (RunningProcess process : running) {
                bytes += PROCESS_BYTES + bytes(process.name(), process.user());
            }
            return bytes;
        }

        @Override
        public int work() {
            return STATEMENTS * STATEMENT_WORK + 2 * running.size();
        }
    }

    /** About what these take; most characters take one byte, but none more than two. */
    private static long bytes(String... texts) {
        long bytes = 0;
        for (String text : texts) {
            bytes += TEXT_BYTES + 2L * text.length();
        }
        return bytes;
    }

    /**
     * The session is over.
     *
     * @param goodbye whether the probe said so
     * @param lastHeardAt when it was last heard of, by the collector's clock
     */
    record Ended(Session session, boolean goodbye, Instant lastHeardAt) implements IngestItem {
        @Override
        public int machineId() {
            return session.machineId();
        }

        @Override
        public void writeTo(BatchTransaction.Attempt attempt) throws SQLException {
            attempt.write(this);
        }
    }

    /**
     * The machine has not been heard of for a while, unless something of it is stored before this is written.
     *
     * @param epoch session in which it fell silent
     */
    record SilenceCheck(int machineId, long epoch, Duration silentFor) implements IngestItem {
        @Override
        public void writeTo(BatchTransaction.Attempt attempt) {
            attempt.write(this);
        }
    }

    /**
     * Another probe with the machine's key was turned away.
     *
     * @param from its address and port
     */
    record DuplicateCheck(int machineId, String from) implements IngestItem {
        @Override
        public void writeTo(BatchTransaction.Attempt attempt) throws SQLException {
            attempt.write(this);
        }
    }

    /**
     * The GPUs that an inventory names.
     *
     * @param uuids of all, in its order: what readings refer to by position
     * @param shown UUIDs of those that are in the machine; the others are named because older readings refer to them
     */
    record AnnouncedGpus(List<String> uuids, Set<String> shown) {
        public static final AnnouncedGpus NONE = new AnnouncedGpus(List.of(), Set.of());

        public AnnouncedGpus {
            uuids = List.copyOf(uuids);
            shown = Set.copyOf(shown);
        }

        public static AnnouncedGpus of(Inventory inventory) {
            return new AnnouncedGpus(
                    inventory.gpus().stream().map(GpuInfo::uuid).toList(),
                    inventory.gpus().stream()
                            .filter(gpu -> !gpu.isReference())
                            .map(GpuInfo::uuid)
                            .collect(Collectors.toSet()));
        }
    }
}
