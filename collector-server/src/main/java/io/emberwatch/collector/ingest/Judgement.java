package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.model.Registry;
import java.time.Duration;
import java.time.Instant;

/**
 * What all readings of one transaction are judged by.
 *
 * @param registry limits and silences as they are now
 * @param liveWithin a reading older than this (and than twice the sampling interval) when its probe sent it is not judged
 *     as one of now
 * @param now the collector's time
 */
record Judgement(AlarmEngine engine, Registry registry, Duration liveWithin, Instant now) {
    /** Whether mails about this machine are held back. */
    boolean isSilenced(int machineId) {
        return registry.silenced().contains(machineId);
    }
}
