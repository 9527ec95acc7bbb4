package io.emberwatch.collector.testing;

import io.emberwatch.collector.alarm.AlarmPolicy;
import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.app.CollectorSettings;
import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.mail.outbox.SmtpSettings;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Retention;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Collectors in the test's own process, on a free port of loopback. */
public final class TestCollectors {
    /** What holds unless configured otherwise. */
    public static final LimitSettings STANDARD_LIMITS = LimitSettings.of(
            LimitSettings.Address.of(2_000, 100),
            LimitSettings.Failures.of(20, Duration.ofMinutes(10)),
            LimitSettings.Machine.of(200, 20_000),
            AddressRanges.none());

    /** Whole fleets come from one address here, and send as fast as they can. */
    public static final LimitSettings ROOMY = new LimitSettings(
            new LimitSettings.Address(10_000, new Rate(100_000, 100_000), 10_000, 1_000),
            STANDARD_LIMITS.failures(),
            new LimitSettings.Machine(new Rate(1_000_000, 1_000_000), new Rate(1_000_000, 1_000_000)),
            new Rate(100_000, 100_000),
            10_000,
            64 * 1024,
            AddressRanges.none());

    public static final NetSettings NET = new NetSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            10_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            16,
            ROOMY);
    public static final Ingest.Settings INGEST =
            new Ingest.Settings(2, 16 << 20, 2000, Duration.ofMillis(2), Duration.ofSeconds(60));

    /** Machines that grow hot and cool down many times a minute have an alarm each time. */
    private static final AlarmPolicy ALARMS =
            new AlarmPolicy(Duration.ofHours(4), Duration.ofHours(1), Duration.ofHours(2), Duration.ZERO, 1_000_000);

    private TestCollectors() {}

    /** {@link #NET} with other limits. */
    public static NetSettings netWith(LimitSettings limits) {
        return new NetSettings(
                NET.listen(),
                NET.maxConnections(),
                NET.helloTimeout(),
                NET.idleTimeout(),
                NET.pingInterval(),
                NET.maxBatchesInFlight(),
                limits);
    }

    public static Collector start(Database database) throws SQLException, IOException {
        return start(database, NET);
    }

    public static Collector start(Database database, NetSettings net) throws SQLException, IOException {
        return start(database, net, new MailDestination.Folder(newFolder()));
    }

    public static Collector start(Database database, NetSettings net, MailDestination mails)
            throws SQLException, IOException {
        return start(database, net, Optional.empty(), INGEST, mails, Optional.empty());
    }

    /** One that tells an admin of problems. */
    public static Collector start(Database database, MailDestination mails, String admin)
            throws SQLException, IOException {
        return start(database, NET, Optional.empty(), INGEST, mails, Optional.of(admin));
    }

    /** One that speaks TLS. */
    public static Collector start(Database database, NetSettings net, TlsSettings tls)
            throws SQLException, IOException {
        return start(
                database, net, Optional.of(tls), INGEST, new MailDestination.Folder(newFolder()), Optional.empty());
    }

    /** One that takes in readings in another way. */
    public static Collector start(Database database, Ingest.Settings ingest) throws SQLException, IOException {
        return start(
                database, NET, Optional.empty(), ingest, new MailDestination.Folder(newFolder()), Optional.empty());
    }

    private static Collector start(
            Database database,
            NetSettings net,
            Optional<TlsSettings> tls,
            Ingest.Settings ingest,
            MailDestination mails,
            Optional<String> admin)
            throws SQLException, IOException {
        CollectorSettings.Mail mail = new CollectorSettings.Mail(
                mails, SmtpSettings.withPassword(Optional.empty()), "Emberwatch <emberwatch@test.example>", admin);
        return Collector.start(
                database,
                new CollectorSettings("test", net, tls, ingest, ALARMS, mail, Retention.Ages.standard()),
                Clock.systemUTC());
    }

    private static Path newFolder() throws IOException {
        Path target = Files.createDirectories(Path.of("target", "test-mails"));
        return Files.createTempDirectory(target, "mails").toAbsolutePath();
    }
}
