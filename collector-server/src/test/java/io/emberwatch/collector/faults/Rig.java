package io.emberwatch.collector.faults;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.testing.CollectorProcess;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** All that runs, wired up: probes, collector, database and mail server, and a {@link FaultProxy} on each way. */
final class Rig implements AutoCloseable {
    /** Of values that go up and down on any machine while processes come and go. */
    static final List<WatchedLimit> LIMITS = List.of(
            WatchedLimit.of("cpu_util_percent", "85", "60", 0),
            WatchedLimit.of("disk_write_bytes_per_s", "4000000", "4000000", 2),
            WatchedLimit.of("load_per_core", "1.2", "1.1", 0));

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final DatabaseServer server;
    private final TestDatabase database;
    private final MailLedger mail;
    private final FaultProxy databaseLink;
    private final FaultProxy mailLink;
    private final CollectorProcess collector;
    private final List<ProbeUnderTest> probes = new ArrayList<>();
    private final List<FaultProxy> probeLinks = new ArrayList<>();

    Rig(FaultSettings settings, Path folder) throws IOException, SQLException {
        server = part(settings.server().startPrivate());
        database = part(server.createDatabase());
        setLimits();
        mail = part(new MailLedger());
        databaseLink = part(new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())));
        mailLink = part(new FaultProxy(mail.address()));
        collector = part(new CollectorProcess(
                through(databaseLink),
                Files.createDirectories(folder.resolve("collector")),
                "--mail-url=smtp://127.0.0.1:" + mailLink.address().getPort(),
                "--mail-from=emberwatch@faults.example",
                // The reference knows nothing of alarms that flap.
                "--alarm-settle=0s",
                "--data-dir=" + folder.resolve("collector")));
        for (TestFleet.Member machine : TestFleet.register(database.database(), settings.probes())) {
            FaultProxy link = part(new FaultProxy(collector.address()));
            probeLinks.add(link);
            probes.add(part(new ProbeUnderTest(machine, folder.resolve(machine.name()), link.address())));
        }
        // Its pool has served; it would only complain of every fault of the database.
        database.database().close();
    }

    /** The collector first; probes wait for it anyway. */
    void start() throws IOException {
        collector.start();
        for (ProbeUnderTest probe : probes) {
            probe.start();
        }
    }

    /** Every network link undisturbed, and a mail server that accepts everything. */
    void heal() {
        probeLinks.forEach(FaultProxy::heal);
        databaseLink.heal();
        mailLink.heal();
        mail.mood(MailLedger.Mood.FRIENDLY);
    }

    DatabaseServer server() {
        return server;
    }

    TestDatabase database() {
        return database;
    }

    MailLedger mail() {
        return mail;
    }

    FaultProxy databaseLink() {
        return databaseLink;
    }

    FaultProxy mailLink() {
        return mailLink;
    }

    CollectorProcess collector() {
        return collector;
    }

    List<ProbeUnderTest> probes() {
        return probes;
    }

    FaultProxy probeLink(int probe) {
        return probeLinks.get(probe);
    }

    /** Everything, in the opposite order, even if some of it does not want to. */
    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("cannot clean up: " + failures, failures.get(0));
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    /** These and no others: what the collector sees of a link cannot be judged from the readings. */
    private void setLimits() {
        database.execute("DELETE FROM fleet_limit");
        for (WatchedLimit limit : LIMITS) {
            database.execute("INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES ('"
                    + limit.metric() + "', 'critical', " + limit.raiseAt() + ", " + limit.clearAt() + ", "
                    + limit.holdFor().toSeconds() + ")");
        }
    }

    private DatabaseSettings through(FaultProxy proxy) {
        DatabaseSettings direct = database.settings();
        String url = direct.jdbcUrl()
                .replace(":" + server.port() + "/", ":" + proxy.address().getPort() + "/");
        return new DatabaseSettings(url, direct.user(), direct.password(), direct.maxConnections());
    }
}
