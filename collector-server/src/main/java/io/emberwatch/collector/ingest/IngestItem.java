package io.emberwatch.collector.ingest;

import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One thing to be written for one machine. Items of a machine are written in the order in which they were queued. */
public sealed interface IngestItem
        permits IngestItem.Batch,
                IngestItem.Report,
                IngestItem.Ended,
                IngestItem.SilenceCheck,
                IngestItem.DuplicateCheck {
    int machineId();

    /** About how much memory it takes, for the queue's limit. */
    default long weightBytes() {
        return 1024;
    }

    /** How many readings it holds. */
    default int readingCount() {
        return 0;
    }

    /**
     * Readings of a session, oldest first.
     *
     * @param gpuUuids the GPUs that the readings refer to by position; a reading that refers to another cannot be stored
     * @param sentAt the machine's clock when the probe sent them
     * @param clockOffset the machine's clock minus the collector's
     */
    record Batch(Session session, List<String> gpuUuids, List<Reading> readings, Instant sentAt, Duration clockOffset)
            implements IngestItem {
        private static final int READING_BYTES = 400;
        private static final int GPU_BYTES = 250;

        public Batch {
            gpuUuids = List.copyOf(gpuUuids);
            readings = List.copyOf(readings);
        }

        @Override
        public int machineId() {
            return session.machineId();
        }

        /** Some of its readings, of which the session is not told. */
        Batch quietly(int from, int to) {
            return new Batch(session.withoutFeedback(), gpuUuids, readings.subList(from, to), sentAt, clockOffset);
        }

        @Override
        public long weightBytes() {
            long bytes = 0;
            for (Reading reading : readings) {
                bytes += READING_BYTES + (long) GPU_BYTES * reading.gpus().size();
            }
            return bytes;
        }

        @Override
        public int readingCount() {
            return readings.size();
        }
    }

    /** What the machine is made of. */
    record Report(Session session, Inventory inventory) implements IngestItem {
        @Override
        public int machineId() {
            return session.machineId();
        }
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
    }

    /**
     * The machine has not been heard of for a while, unless something of it is stored before this is written.
     *
     * @param epoch session in which it fell silent
     */
    record SilenceCheck(int machineId, long epoch, Duration silentFor) implements IngestItem {}

    /**
     * Another probe with the machine's key was turned away.
     *
     * @param from its address and port
     */
    record DuplicateCheck(int machineId, String from) implements IngestItem {}
}
