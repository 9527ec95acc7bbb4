package io.emberwatch.protocol;

import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.Transcript;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The probe's first message: who it claims to be and what it speaks. Nothing of it is believed before PROOF.
 *
 * @param versions protocol versions spoken, each 1 or more, 1 to {@value WireLimits#MAX_VERSIONS} of them
 * @param probeVersion version of the probe's software
 * @param machineName name the machine is registered under, see {@link Texts#isMachineName}
 * @param nonce random, never used before
 * @param probeClock the probe's clock when it sent this, in the years 1970 to 9999
 * @param bootId names the numbering of the readings: a probe that cannot continue its numbering (a new process without
 *     a spool) draws a new random one and begins at sequence 1
 * @param instanceId names the probe's process: drawn at random at each start, so that two at once can be told apart
 */
public record Hello(
        List<Integer> versions,
        String probeVersion,
        String machineName,
        Bytes32 nonce,
        Instant probeClock,
        UUID bootId,
        UUID instanceId)
        implements Message {
    public Hello {
        versions = Versions.require(versions);
        Texts.requireText("probe version", probeVersion);
        if (!Texts.isMachineName(machineName)) {
            throw new IllegalArgumentException("not a machine name: " + machineName);
        }
        Objects.requireNonNull(nonce);
        probeClock = Times.requireTime("probe clock", probeClock);
        Objects.requireNonNull(bootId);
        Objects.requireNonNull(instanceId);
    }

    /**
     * What the proofs of this handshake are bound to.
     *
     * @param channelBinding SHA-256 of the collector's certificate; zero without TLS
     */
    public Transcript transcript(Challenge challenge, Bytes32 channelBinding) {
        return new Transcript(machineName, nonce, challenge.nonce(), bootId, instanceId, channelBinding);
    }
}
