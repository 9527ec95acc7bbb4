package io.emberwatch.collector.cli;

import static io.emberwatch.collector.config.CollectorKeys.FRAMES_PER_S;
import static io.emberwatch.collector.config.CollectorKeys.HELLO_TIMEOUT;
import static io.emberwatch.collector.config.CollectorKeys.IDLE_TIMEOUT;
import static io.emberwatch.collector.config.CollectorKeys.MAX_BATCH_READINGS;
import static io.emberwatch.collector.config.CollectorKeys.MAX_CONNECTIONS;
import static io.emberwatch.collector.config.CollectorKeys.MAX_CONNECTIONS_PER_ADDRESS;
import static io.emberwatch.collector.config.CollectorKeys.MAX_FAILURES;
import static io.emberwatch.collector.config.CollectorKeys.NEW_CONNECTIONS_PER_S;
import static io.emberwatch.collector.config.CollectorKeys.PROXY_FROM;
import static io.emberwatch.collector.config.CollectorKeys.QUEUE_BYTES;
import static io.emberwatch.collector.config.CollectorKeys.READINGS_PER_S;
import static io.emberwatch.collector.config.CollectorKeys.REPEAT_CRITICAL;
import static io.emberwatch.collector.config.CollectorKeys.REPEAT_WARNING;
import static io.emberwatch.collector.config.CollectorKeys.SHUT_OUT;
import static io.emberwatch.collector.config.CollectorKeys.WRITERS;

import io.emberwatch.collector.alarm.AlarmPolicy;
import io.emberwatch.collector.app.CollectorSettings;
import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.protocol.conf.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/** From what is configured to what a collector runs on. */
final class ServeSettings {
    /** Enough to keep the writers busy over a long round trip, and little to send again after a loss. */
    private static final int MAX_BATCHES_IN_FLIGHT = 16;
    /** Probes give up after 45 s without a word. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(15);
    /** Long enough for small batches to share a transaction, short enough that nobody notices. */
    private static final Duration LINGER = Duration.ofMillis(5);
    /** Older readings are history: a probe that was cut off for longer than this is catching up. */
    private static final Duration LIVE_WITHIN = Duration.ofSeconds(60);

    private ServeSettings() {}

    static CollectorSettings from(CollectorOptions options) {
        NetSettings net = new NetSettings(
                resolve(options.address().listen()),
                options.get(MAX_CONNECTIONS),
                options.get(HELLO_TIMEOUT),
                options.get(IDLE_TIMEOUT),
                PING_INTERVAL,
                MAX_BATCHES_IN_FLIGHT,
                limits(options));
        Ingest.Settings ingest = new Ingest.Settings(
                options.get(WRITERS), options.get(QUEUE_BYTES), options.get(MAX_BATCH_READINGS), LINGER, LIVE_WITHIN);
        AlarmPolicy alarms = new AlarmPolicy(
                options.get(REPEAT_WARNING),
                options.get(REPEAT_CRITICAL),
                AlarmPolicy.standard().longestGap());
        CollectorSettings.Mail mail = new CollectorSettings.Mail(
                options.mail().destination(options.database().data()),
                options.mail().password(),
                options.mail().from());
        return new CollectorSettings(net, tls(options, net.listen()), ingest, alarms, mail);
    }

    private static LimitSettings limits(CollectorOptions options) {
        return LimitSettings.of(
                LimitSettings.Address.of(options.get(MAX_CONNECTIONS_PER_ADDRESS), options.get(NEW_CONNECTIONS_PER_S)),
                LimitSettings.Failures.of(options.get(MAX_FAILURES), options.get(SHUT_OUT)),
                LimitSettings.Machine.of(options.get(FRAMES_PER_S), options.get(READINGS_PER_S)),
                options.find(PROXY_FROM).orElseGet(AddressRanges::none));
    }

    private static Optional<TlsSettings> tls(CollectorOptions options, InetSocketAddress listen) {
        Optional<TlsSettings> tls =
                options.tls().settings(options.address(), options.database().data());
        // localhost is whatever the hosts file says.
        if (tls.isEmpty() && !options.tls().isOff() && !listen.getAddress().isLoopbackAddress()) {
            throw new CommandFailed("listen = " + options.address().listen() + " is " + listen.getAddress()
                    + ", which other machines may reach; set tls = on, or tls = off");
        }
        return tls;
    }

    private static InetSocketAddress resolve(HostPort listen) {
        try {
            return new InetSocketAddress(InetAddress.getAllByName(listen.host())[0], listen.port());
        } catch (UnknownHostException e) {
            throw new CommandFailed("cannot listen on " + listen + ": unknown host " + listen.host(), e);
        }
    }
}
