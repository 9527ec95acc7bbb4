package io.emberwatch.collector.net;

import io.emberwatch.collector.net.limits.LimitSettings;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the collector listens.
 *
 * @param listen address and port; port 0 takes a free one
 * @param maxConnections connections at a time; one more is refused as busy
 * @param helloTimeout how long a connection may take to say HELLO
 * @param idleTimeout after this long without a frame a session is over
 * @param pingInterval a session that was sent nothing for so long is pinged
 * @param maxBatchesInFlight how many READINGS a probe may have unacknowledged
 * @param limits of connections, and of what comes over them
 */
public record NetSettings(
        InetSocketAddress listen,
        int maxConnections,
        Duration helloTimeout,
        Duration idleTimeout,
        Duration pingInterval,
        int maxBatchesInFlight,
        LimitSettings limits) {}
