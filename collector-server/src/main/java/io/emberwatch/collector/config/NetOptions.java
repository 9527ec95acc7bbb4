package io.emberwatch.collector.config;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Limits of the connections with probes. */
public final class NetOptions {
    @Option(
            names = "--net-max-connections",
            descriptionKey = "net.max-connections",
            paramLabel = "N",
            defaultValue = "20000",
            converter = MaxConnections.class,
            description =
                    "Most connections at a time. Where as many probes are connected, more are asked to come back later.")
    private int maxConnections;

    @Option(
            names = "--net-hello-timeout",
            descriptionKey = "net.hello-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = HelloTimeout.class,
            description = "How long a new connection may take to say who it is.")
    private Duration helloTimeout;

    @Option(
            names = "--net-idle-timeout",
            descriptionKey = "net.idle-timeout",
            paramLabel = "TIME",
            defaultValue = "90s",
            converter = IdleTimeout.class,
            description = "How long a probe may stay mute, its pings included, before its connection is given up.")
    private Duration idleTimeout;

    static final class MaxConnections extends WholeNumber {
        MaxConnections() {
            super(1, 1_000_000);
        }
    }

    static final class HelloTimeout extends TimeSpan {
        HelloTimeout() {
            super(Duration.ofSeconds(1), Duration.ofMinutes(1));
        }
    }

    static final class IdleTimeout extends TimeSpan {
        IdleTimeout() {
            super(Duration.ofSeconds(10), Duration.ofHours(1));
        }
    }

    public int maxConnections() {
        return maxConnections;
    }

    public Duration helloTimeout() {
        return helloTimeout;
    }

    public Duration idleTimeout() {
        return idleTimeout;
    }
}
