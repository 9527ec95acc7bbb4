package io.emberwatch.collector.ingest;

import java.util.concurrent.atomic.LongAdder;

/** What the writers have done since the collector started. Thread-safe. */
public final class IngestCounters {
    private final LongAdder readings = new LongAdder();
    private final LongAdder transactions = new LongAdder();

    IngestCounters() {}

    /** Readings stored. */
    public long readings() {
        return readings.sum();
    }

    /** Transactions committed. */
    public long transactions() {
        return transactions.sum();
    }

    void countTransaction(int readingCount) {
        transactions.increment();
        readings.add(readingCount);
    }
}
