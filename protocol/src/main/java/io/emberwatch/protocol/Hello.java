package io.emberwatch.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The probe's first message: who it is and what it speaks.
 *
 * @param versions protocol versions spoken, each 1 or more, 1 to {@value WireLimits#MAX_VERSIONS} of them
 * @param probeVersion version of the probe's software
 * @param machineName name the machine is registered under, see {@link Texts#isMachineName}
 * @param keyProof proof that the probe holds the machine's key
 * @param probeClock the probe's clock when it sent this, in the years 1970 to 9999
 * @param bootId names the numbering of the readings: a probe that cannot continue its numbering (a new process without a
 *     spool) draws a new random one and begins at sequence 1
 */
public record Hello(
        List<Integer> versions,
        String probeVersion,
        String machineName,
        KeyProof keyProof,
        Instant probeClock,
        UUID bootId)
        implements Message {
    public Hello {
        versions = List.copyOf(versions);
        if (versions.isEmpty() || versions.size() > WireLimits.MAX_VERSIONS) {
            throw new IllegalArgumentException(
                    "HELLO names 1 to " + WireLimits.MAX_VERSIONS + " versions, but this names " + versions.size());
        }
        for (int version : versions) {
            if (version < 1) {
                throw new IllegalArgumentException("a version is 1 or more, but this is " + version);
            }
        }
        Texts.requireText("probe version", probeVersion);
        if (!Texts.isMachineName(machineName)) {
            throw new IllegalArgumentException("not a machine name: " + machineName);
        }
        Objects.requireNonNull(keyProof);
        probeClock = Times.requireTime("probe clock", probeClock);
        Objects.requireNonNull(bootId);
    }
}
