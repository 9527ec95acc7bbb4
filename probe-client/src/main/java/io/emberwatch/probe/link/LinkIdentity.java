package io.emberwatch.probe.link;

import io.emberwatch.protocol.KeyProof;

/** Who this probe says it is. Prints without the secret. */
public record LinkIdentity(String machineName, KeyProof keyProof, String probeVersion) {}
