package io.emberwatch.collector.ingest;

import java.util.concurrent.atomic.LongAdder;

/** What the writers have done since the collector started. Thread-safe. */
public final class IngestCounters {
    private final LongAdder readings = new LongAdder();
    private final LongAdder transactions = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    IngestCounters() {}

    /** Readings stored. */
    public long readings() {
        return readings.sum();
    }

    /** Transactions committed. */
    public long transactions() {
        return transactions.sum();
    }

    /** Transactions that failed for a passing reason and were tried again. */
    public long retries() {
        return retries.sum();
    }

    /** Readings that went to {@code reading_rejected}. */
    public long rejected() {
        return rejected.sum();
    }

    void countTransaction(int readingCount) {
        transactions.increment();
        readings.add(readingCount);
    }

    void countRetry() {
        retries.increment();
    }

    void countRejected() {
        rejected.increment();
    }
}
