package io.emberwatch.protocol;

import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.util.List;
import java.util.Objects;

/**
 * Instead of HELLO: a host that holds a token becomes a machine of the fleet. The key was made on the host; only what a
 * collector stores of it is sent.
 *
 * @param versions protocol versions spoken, as in HELLO
 * @param probeVersion version of the probe's software
 * @param tokenSecret of the token that the admin gave
 * @param machineName what the machine is to be called if the token does not say it; see {@link Texts#isMachineName}
 * @param verifier of the machine's new key
 */
public record Enroll(
        List<Integer> versions, String probeVersion, Bytes32 tokenSecret, String machineName, KeyVerifier verifier)
        implements Message {
    public Enroll {
        versions = Versions.require(versions);
        Texts.requireText("probe version", probeVersion);
        Objects.requireNonNull(tokenSecret);
        if (!Texts.isMachineName(machineName)) {
            throw new IllegalArgumentException("not a machine name: " + machineName);
        }
        Objects.requireNonNull(verifier);
    }
}
