package io.emberwatch.collector.config;

import picocli.CommandLine.Option;

/** From sockets to the database. */
public final class IngestOptions {
    @Option(
            names = "--ingest-queue-bytes",
            descriptionKey = "ingest.queue-bytes",
            paramLabel = "BYTES",
            defaultValue = "64MiB",
            converter = QueueBytes.class,
            description =
                    "Readings waiting to be written; when they take more, the collector stops reading from sockets.")
    private long queueBytes;

    @Option(
            names = "--ingest-writers",
            descriptionKey = "ingest.writers",
            paramLabel = "N",
            defaultValue = "2",
            converter = Writers.class,
            description = "Threads that write readings, each on a connection of its own.")
    private int writers;

    @Option(
            names = "--ingest-max-batch-readings",
            descriptionKey = "ingest.max-batch-readings",
            paramLabel = "N",
            defaultValue = "2000",
            converter = MaxBatchReadings.class,
            description = "Most readings written in one transaction.")
    private int maxBatchReadings;

    static final class QueueBytes extends ByteSize {
        QueueBytes() {
            super(1, 65_536);
        }
    }

    static final class Writers extends WholeNumber {
        Writers() {
            super(1, 64);
        }
    }

    static final class MaxBatchReadings extends WholeNumber {
        MaxBatchReadings() {
            super(1, 20_000);
        }
    }

    public long queueBytes() {
        return queueBytes;
    }

    public int writers() {
        return writers;
    }

    public int maxBatchReadings() {
        return maxBatchReadings;
    }
}
