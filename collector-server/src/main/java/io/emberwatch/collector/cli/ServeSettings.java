package io.emberwatch.collector.cli;

import io.emberwatch.collector.alarm.AlarmPolicy;
import io.emberwatch.collector.app.CollectorSettings;
import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.CollectorKeys;
import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.config.ConfOptions;
import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.store.Retention;
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
        ConfOptions service = options.service();
        NetSettings net = new NetSettings(
                resolve(options.address().listen()),
                service.get(CollectorKeys.MAX_CONNECTIONS),
                service.get(CollectorKeys.HELLO_TIMEOUT),
                service.get(CollectorKeys.IDLE_TIMEOUT),
                PING_INTERVAL,
                MAX_BATCHES_IN_FLIGHT,
                limits(service));
        Ingest.Settings ingest = new Ingest.Settings(
                service.get(CollectorKeys.WRITERS),
                service.get(CollectorKeys.QUEUE_BYTES),
                service.get(CollectorKeys.MAX_BATCH_READINGS),
                LINGER,
                LIVE_WITHIN);
        AlarmPolicy alarms = new AlarmPolicy(
                service.get(CollectorKeys.REPEAT_WARNING),
                service.get(CollectorKeys.REPEAT_CRITICAL),
                AlarmPolicy.standard().longestGap(),
                service.get(CollectorKeys.SETTLE),
                service.get(CollectorKeys.PER_MINUTE));
        CollectorSettings.Mail mail = new CollectorSettings.Mail(
                options.mail().destination(options.database().data()),
                options.mail().smtp(),
                options.mail().from(),
                service.find(CollectorKeys.ADMIN_MAIL));
        return new CollectorSettings(
                AddressOptions.hostName(), net, tls(options, net.listen()), ingest, alarms, mail, retention(service));
    }

    private static Retention.Ages retention(ConfOptions service) {
        return new Retention.Ages(
                service.get(CollectorKeys.KEEP_ALARMS),
                service.get(CollectorKeys.KEEP_MAILS),
                service.get(CollectorKeys.KEEP_REJECTED_READINGS),
                service.get(CollectorKeys.KEEP_GPUS),
                service.get(CollectorKeys.KEEP_AHEAD));
    }

    private static LimitSettings limits(ConfOptions service) {
        return LimitSettings.of(
                LimitSettings.Address.of(
                        service.get(CollectorKeys.MAX_CONNECTIONS_PER_ADDRESS),
                        service.get(CollectorKeys.NEW_CONNECTIONS_PER_S)),
                LimitSettings.Failures.of(service.get(CollectorKeys.MAX_FAILURES), service.get(CollectorKeys.SHUT_OUT)),
                LimitSettings.Machine.of(
                        service.get(CollectorKeys.FRAMES_PER_S), service.get(CollectorKeys.READINGS_PER_S)),
                service.find(CollectorKeys.PROXY_FROM).orElseGet(AddressRanges::none));
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
