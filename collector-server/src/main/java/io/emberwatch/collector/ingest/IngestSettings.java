package io.emberwatch.collector.ingest;

import java.time.Duration;

/**
 * How ingest is dimensioned.
 *
 * @param writers number of writers, each with a connection of its own while it writes
 * @param queueBytes limit of the queue
 * @param maxBatchReadings most readings that share a transaction
 * @param linger how long a writer waits for company once it has something to write
 * @param liveWithin a reading older than this (and than twice the sampling interval) when its probe sent it is history: it
 *     raises no mail of its own
 */
public record IngestSettings(int writers, long queueBytes, int maxBatchReadings, Duration linger, Duration liveWithin) {
    public IngestSettings {
        if (writers < 1 || queueBytes < 1 || maxBatchReadings < 1) {
            throw new IllegalArgumentException("writers, queueBytes and maxBatchReadings must be 1 or more");
        }
    }
}
