package io.emberwatch.probe.link;

import io.emberwatch.protocol.auth.MachineKey;
import java.time.Duration;
import java.util.UUID;

/** A link's identity, its timeouts, and how it catches up after an outage. */
public record LinkSettings(Identity identity, Timing timing, CatchUp catchUp) {
    /**
     * Who this probe says it is, and with what it proves that. Prints without the secret.
     *
     * @param instanceId drawn at random when the process started
     */
    public record Identity(String machineName, MachineKey key, String probeVersion, UUID instanceId) {}

    /**
     * A session's timeouts.
     *
     * @param handshake longest wait for the answer to HELLO
     * @param pingAfter silence after which the probe asks for a sign of life
     * @param deadAfter silence after which the connection is given up
     * @param farewell longest wait for the collector to close after BYE
     */
    public record Timing(Duration handshake, Duration pingAfter, Duration deadAfter, Duration farewell) {
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(45), Duration.ofMillis(500));

        public Timing {
            if (pingAfter.compareTo(deadAfter) >= 0) {
                throw new IllegalArgumentException("must ask for a sign of life before giving up: " + pingAfter);
            }
        }
    }

    /**
     * When a session defers history, and how much of it may be asked for at a time.
     *
     * @param deferAbove readings waiting above which only the newest are sent live, {@code keepLive} or more
     * @param keepLive how many of the newest then stay live, 1 or more: a limit that lasts for minutes needs what lies
     *     before now
     * @param maxFetches FETCHes that may wait for their answer, 1 or more
     */
    public record CatchUp(int deferAbove, int keepLive, int maxFetches) {
        public static final CatchUp DEFAULT = new CatchUp(2000, 1000, 16);

        public CatchUp {
            if (keepLive < 1 || deferAbove < keepLive || maxFetches < 1) {
                throw new IllegalArgumentException("must keep 1 to " + deferAbove + " readings live, and take a fetch: "
                        + keepLive + ", " + maxFetches);
            }
        }
    }
}
