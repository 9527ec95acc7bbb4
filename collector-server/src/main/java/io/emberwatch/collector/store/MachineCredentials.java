package io.emberwatch.collector.store;

import java.time.Duration;
import java.util.Optional;

/**
 * What a probe's HELLO is checked against, and answered with.
 *
 * @param machineId {@code machine.id}
 * @param samplingInterval how often the probe is to take a reading; empty leaves it to the probe
 */
public record MachineCredentials(int machineId, KeyHash keyHash, Optional<Duration> samplingInterval) {
    /** Whether the key that a probe gave is this machine's; takes the same time either way. */
    public boolean accept(byte[] keyText) {
        return keyHash.equals(KeyHash.ofKey(keyText));
    }
}
