package io.emberwatch.probe.link;

import io.emberwatch.protocol.auth.MachineKey;
import java.util.UUID;

/**
 * Who this probe says it is, and with what it proves that. Prints without the secret.
 *
 * @param instanceId drawn at random when the process started
 */
public record LinkIdentity(String machineName, MachineKey key, String probeVersion, UUID instanceId) {}
