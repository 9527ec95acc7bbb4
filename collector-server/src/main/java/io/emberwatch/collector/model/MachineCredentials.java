package io.emberwatch.collector.model;

import io.emberwatch.protocol.auth.KeyVerifier;
import java.time.Duration;
import java.util.Optional;

/**
 * What a probe is checked against, and answered with.
 *
 * @param machineId {@code machine.id}
 * @param verifier of the machine's key; empty if it is not enrolled, or its key was revoked
 * @param samplingInterval how often the probe is to take a reading; empty leaves it to the probe
 */
public record MachineCredentials(int machineId, Optional<KeyVerifier> verifier, Optional<Duration> samplingInterval) {}
