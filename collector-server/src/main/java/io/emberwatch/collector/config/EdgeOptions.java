package io.emberwatch.collector.config;

import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What the collector puts up with, from whom. An address is an IPv4 address, or an IPv6 /64. */
public final class EdgeOptions {
    @Option(
            names = "--net-max-connections-per-address",
            descriptionKey = "net.max-connections-per-address",
            paramLabel = "N",
            defaultValue = "2000",
            converter = Count.class,
            description = {
                "Most connections of one address (an IPv4 address, or an IPv6 /64) at a time. All probes behind one NAT",
                "share an address, here and in the keys below."
            })
    private int maxConnectionsPerAddress;

    @Option(
            names = "--net-new-connections-per-s",
            descriptionKey = "net.new-connections-per-s",
            paramLabel = "N",
            defaultValue = "100",
            converter = Count.class,
            description = "New connections that one address may make a second, in the long run.")
    private int newConnectionsPerSecond;

    @Option(
            names = "--net-new-connections-burst",
            descriptionKey = "net.new-connections-burst",
            paramLabel = "N",
            defaultValue = "1000",
            converter = Count.class,
            description = "New connections that one address may make at once, after a pause.")
    private int newConnectionsBurst;

    @Option(
            names = "--net-max-unauthenticated",
            descriptionKey = "net.max-unauthenticated",
            paramLabel = "N",
            defaultValue = "5000",
            converter = Count.class,
            description = "Most connections that have yet to say who they are; of more, the oldest is closed.")
    private int maxUnauthenticated;

    @Option(
            names = "--net-max-unauthenticated-per-address",
            descriptionKey = "net.max-unauthenticated-per-address",
            paramLabel = "N",
            defaultValue = "1000",
            converter = Count.class,
            description = "The same for one address.")
    private int maxUnauthenticatedPerAddress;

    @Option(
            names = "--net-max-failures",
            descriptionKey = "net.max-failures",
            paramLabel = "N",
            defaultValue = "20",
            converter = Failures.class,
            description = {
                "Failures of one address before it is known who speaks (wrong key, no HELLO in time, bytes that are",
                "none of the protocol): a quarter is free, the rest is answered late, one more shuts the address out.",
                "Each machine that is connected from there allows ten times as many again."
            })
    private int maxFailures;

    @Option(
            names = "--net-failure-window",
            descriptionKey = "net.failure-window",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = Window.class,
            description = "In this time so many failures are forgiven, evenly.")
    private Duration failureWindow;

    @Option(
            names = "--net-shut-out",
            descriptionKey = "net.shut-out",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = Window.class,
            description = "How long an address is shut out: its new connections are closed at once.")
    private Duration shutOut;

    @Option(
            names = "--net-max-addresses",
            descriptionKey = "net.max-addresses",
            paramLabel = "N",
            defaultValue = "100000",
            converter = Addresses.class,
            description = "Most addresses remembered for that; of more, the one that was idle longest is forgotten.")
    private int maxAddresses;

    @Option(
            names = "--net-frames-per-s",
            descriptionKey = "net.frames-per-s",
            paramLabel = "N",
            defaultValue = "200",
            converter = Count.class,
            description =
                    "Frames that one machine may send a second, in the long run; one that sends more is read later.")
    private int framesPerSecond;

    @Option(
            names = "--net-frames-burst",
            descriptionKey = "net.frames-burst",
            paramLabel = "N",
            defaultValue = "2000",
            converter = Count.class,
            description = "Frames that one machine may send at once, after a pause.")
    private int framesBurst;

    @Option(
            names = "--net-readings-per-s",
            descriptionKey = "net.readings-per-s",
            paramLabel = "N",
            defaultValue = "20000",
            converter = Count.class,
            description = "Readings that one machine may send a second, in the long run.")
    private int readingsPerSecond;

    @Option(
            names = "--net-readings-burst",
            descriptionKey = "net.readings-burst",
            paramLabel = "N",
            defaultValue = "100000",
            converter = Count.class,
            description = "Readings that one machine may send at once; its backlog after an outage, for example.")
    private int readingsBurst;

    @Option(
            names = "--net-max-undelivered-bytes",
            descriptionKey = "net.max-undelivered-bytes",
            paramLabel = "N",
            defaultValue = "65536",
            converter = UndeliveredBytes.class,
            description = {
                "Most output that waits for one probe to take it in. One that leaves more, or leaves any for as long as",
                "net.idle-timeout, is cut off."
            })
    private int maxUndeliveredBytes;

    @Option(
            names = "--net-proxy-from",
            descriptionKey = "net.proxy-from",
            paramLabel = "CIDRS",
            converter = Kinds.Cidrs.class,
            description = {
                "Addresses of TCP balancers in front of the collector. From these, and no others, every connection must",
                "begin with a PROXY protocol header, version 2; limits and logs then go by the client's address."
            })
    private AddressRanges proxyFrom;

    static final class Count extends WholeNumber {
        Count() {
            super(1, 1_000_000);
        }
    }

    static final class Failures extends WholeNumber {
        Failures() {
            super(1, 10_000);
        }
    }

    static final class Addresses extends WholeNumber {
        Addresses() {
            super(1_000, 10_000_000);
        }
    }

    static final class UndeliveredBytes extends WholeNumber {
        UndeliveredBytes() {
            super(16_384, 16_777_216);
        }
    }

    static final class Window extends TimeSpan {
        Window() {
            super(Duration.ofSeconds(10), Duration.ofDays(1));
        }
    }

    public LimitSettings limits() {
        return new LimitSettings(
                new LimitSettings.Address(
                        maxConnectionsPerAddress,
                        new Rate(newConnectionsPerSecond, newConnectionsBurst),
                        maxUnauthenticatedPerAddress,
                        maxAddresses),
                new LimitSettings.Failures(maxFailures, failureWindow, shutOut),
                new LimitSettings.Machine(
                        new Rate(framesPerSecond, framesBurst), new Rate(readingsPerSecond, readingsBurst)),
                maxUnauthenticated,
                maxUndeliveredBytes,
                proxyFrom == null ? AddressRanges.none() : proxyFrom);
    }
}
