package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;

/**
 * How a machine is doing.
 *
 * @param enrolledAt since when it has the key that it has now; empty if it has none
 * @param link {@code connected}, {@code stopped} (its probe said goodbye), {@code lost}, or {@code never seen}
 * @param lastHeardAt when something of it was last stored
 * @param alarms how many of its alarms are firing
 * @param historyToCome how many readings it put off and has yet to bring, at most
 */
public record MachineState(
        Optional<Instant> enrolledAt,
        String link,
        Optional<Instant> lastHeardAt,
        Optional<String> remoteAddress,
        Optional<String> probeVersion,
        int alarms,
        long historyToCome) {
    public static final MachineState NEVER_SEEN = new MachineState(
            Optional.empty(), "never seen", Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);
}
