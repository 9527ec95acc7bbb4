package io.emberwatch.collector.app;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.ingest.IngestCounters;
import io.emberwatch.collector.ingest.SilenceWatch;
import io.emberwatch.collector.mail.outbox.DeliveryProblems;
import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.collector.mail.outbox.MailTransports;
import io.emberwatch.collector.mail.outbox.MailWorkers;
import io.emberwatch.collector.net.CollectorServer;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.handshake.Admission;
import io.emberwatch.collector.net.handshake.Enrollment;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MessageIds;
import io.emberwatch.collector.store.RegistryWatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running collector: everything that {@code serve} consists of, wired together on a database that is there and
 * migrated. Thread-safe.
 */
public final class Collector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
    private static final Duration DRAIN_DEADLINE = Duration.ofSeconds(10);
    /** Each for another owner: two whose mail servers are slow leave some for the others. */
    private static final int MAILS_AT_ONCE = 4;

    private final ServiceProblems problems;
    private final DatabaseWatch databaseWatch;
    private final ProblemReports problemReports;
    private final Housekeeping housekeeping;
    private final GpuClaimChore gpuClaims;
    private final RegistryWatch registry;
    private final MailWorkers mails;
    private final Ingest ingest;
    private final Admission admission;
    private final Enrollment enrollment;
    private final CollectorServer server;
    private final SilenceWatch silenceWatch;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Collector(
            ServiceProblems problems,
            DatabaseWatch databaseWatch,
            ProblemReports problemReports,
            Housekeeping housekeeping,
            GpuClaimChore gpuClaims,
            RegistryWatch registry,
            MailWorkers mails,
            Ingest ingest,
            Admission admission,
            Enrollment enrollment,
            CollectorServer server,
            SilenceWatch silenceWatch) {
        this.problems = problems;
        this.databaseWatch = databaseWatch;
        this.problemReports = problemReports;
        this.housekeeping = housekeeping;
        this.gpuClaims = gpuClaims;
        this.registry = registry;
        this.mails = mails;
        this.ingest = ingest;
        this.admission = admission;
        this.enrollment = enrollment;
        this.server = server;
        this.silenceWatch = silenceWatch;
    }

    /**
     * Starts to collect.
     *
     * @throws SQLException if the database cannot be read
     * @throws IOException if the address cannot be listened on, or there is no certificate that can be used
     */
    public static Collector start(Database database, CollectorSettings settings, Clock clock)
            throws SQLException, IOException {
        ServiceProblems problems = new ServiceProblems(clock);
        RegistryWatch registry = RegistryWatch.start(database);
        DatabaseWatch databaseWatch = DatabaseWatch.start(database, problems);
        Housekeeping housekeeping = Housekeeping.start(database, settings.retention(), problems, clock);
        GpuClaimChore gpuClaims = GpuClaimChore.start(database, problems);
        CollectorSettings.Mail mail = settings.mail();
        MailMessages messages = MailMessages.from(mail.from());
        MailTransports transports = new MailTransports(mail.destination(), mail.smtp());
        DeliveryProblems delivery =
                new DeliveryProblems(problems, mail.destination().place(), clock);
        ProblemReports problemReports =
                ProblemReports.start(problems, database, messages, transports, delivery, settings, clock);
        MailWorkers mails = MailWorkers.start(database, messages, transports::open, MAILS_AT_ONCE, delivery);
        Ingest ingest = Ingest.start(
                settings.ingest(),
                database,
                new AlarmStore(new MessageIds(messages.domain())),
                new AlarmEngine(settings.alarms()),
                registry::current,
                problems,
                clock,
                mails::wake);
        Admission admission = new Admission(database, ingest, clock);
        Enrollment enrollment = new Enrollment(database);
        try {
            CollectorServer server = CollectorServer.start(
                    settings.net(), settings.tls(), admission, enrollment, ingest.queue(), problems, clock);
            registry.onLook(server::recheck);
            SilenceWatch silenceWatch =
                    SilenceWatch.start(database, ingest.queue(), server.presence(), registry::current, clock);
            return new Collector(
                    problems,
                    databaseWatch,
                    problemReports,
                    housekeeping,
                    gpuClaims,
                    registry,
                    mails,
                    ingest,
                    admission,
                    enrollment,
                    server,
                    silenceWatch);
        } catch (IOException e) {
            admission.close();
            enrollment.close();
            ingest.drain(Duration.ZERO);
            mails.close();
            gpuClaims.close();
            housekeeping.close();
            databaseWatch.close();
            registry.close();
            problemReports.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** What goes wrong with the service. */
    public ServiceProblems problems() {
        return problems;
    }

    public NetCounters netCounters() {
        return server.counters();
    }

    public IngestCounters ingestCounters() {
        return ingest.counters();
    }

    /** Machines connected now. */
    public int sessionCount() {
        return server.sessionCount();
    }

    /** Takes in nothing more, writes and acknowledges what it has, says goodbye to the probes, and closes. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        LOG.info("stopping");
        silenceWatch.close();
        server.stopReading();
        admission.close();
        enrollment.close();
        ingest.drain(DRAIN_DEADLINE);
        server.close();
        mails.close();
        gpuClaims.close();
        housekeeping.close();
        databaseWatch.close();
        registry.close();
        problemReports.close();
        LOG.info("stopped; {} readings stored", ingest.counters().readings());
    }
}
