package io.emberwatch.protocol;

import io.emberwatch.protocol.auth.Bytes32;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The collector's answer to a PROOF that it accepts.
 *
 * @param version protocol version of the session, one of those in HELLO
 * @param samplingInterval how often the machine is to be sampled, where the registry says so, 1 ms to {@value
 *     WireLimits#MAX_DURATION_MILLIS} ms; else the probe's own setting
 * @param maxFrameBytes largest frame that the probe may send from now on, type and body
 * @param maxBatchesInFlight how many READINGS may be unacknowledged at a time, 1 or more
 * @param serverClock the collector's clock when it sent this, in the years 1970 to 9999
 * @param acknowledged what of HELLO's boot id is stored. The probe goes on behind it
 * @param collectorProof that the collector knows this machine, see {@link
 *     io.emberwatch.protocol.auth.MachineKey.KeyVerifier#collectorProof}; a probe that does not find it right has an impostor before it
 */
public record Welcome(
        int version,
        Optional<Duration> samplingInterval,
        int maxFrameBytes,
        int maxBatchesInFlight,
        Instant serverClock,
        AcknowledgedRange acknowledged,
        Bytes32 collectorProof)
        implements Message {
    public Welcome {
        if (version < 1) {
            throw new IllegalArgumentException("a version is 1 or more, but this is " + version);
        }
        samplingInterval = samplingInterval.map(interval -> Times.requireDuration("sampling interval", interval, 1));
        if (maxFrameBytes < WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME || maxFrameBytes > WireLimits.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("max frame bytes out of range: " + maxFrameBytes);
        }
        if (maxBatchesInFlight < 1) {
            throw new IllegalArgumentException("max batches in flight out of range: " + maxBatchesInFlight);
        }
        Objects.requireNonNull(acknowledged);
        Objects.requireNonNull(collectorProof);
        serverClock = Times.requireTime("server clock", serverClock);
    }
}
