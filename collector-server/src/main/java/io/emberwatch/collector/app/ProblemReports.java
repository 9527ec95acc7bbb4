package io.emberwatch.collector.app;

import io.emberwatch.collector.mail.outbox.AdminMails;
import io.emberwatch.collector.mail.outbox.DeliveryProblems;
import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.collector.mail.outbox.MailTransports;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.ServiceProblemStore;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the problems of the service to where an admin sees them: into the database whenever that works, for the command
 * {@code status}; and to the admin's address, if there is one. Used by one thread, but {@link #close} by any.
 */
final class ProblemReports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemReports.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration TIDY_INTERVAL = Duration.ofHours(1);

    private final ServiceProblems problems;
    private final Database database;
    private final String host;
    private final Clock clock;
    private final ServiceProblemStore store = new ServiceProblemStore();
    private final ScheduledExecutorService timer;
    private final Optional<AdminMails> mails;
    private boolean isBegun;
    private Set<ServiceProblem> stored = new HashSet<>();
    private Instant tidiedAt = Instant.MIN;

    private ProblemReports(
            ServiceProblems problems, Database database, String host, Clock clock, Optional<AdminMails> mails) {
        this.problems = problems;
        this.database = database;
        this.host = host;
        this.clock = clock;
        this.mails = mails;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "problems");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts to write, and to mail if an admin is to be told. */
    static ProblemReports start(
            ServiceProblems problems,
            Database database,
            MailMessages messages,
            MailTransports transports,
            DeliveryProblems delivery,
            CollectorSettings settings,
            Clock clock) {
        Optional<AdminMails> mails = settings.mail()
                .admin()
                .map(admin -> AdminMails.start(
                        problems, messages, transports.open(), delivery, admin, settings.host(), clock));
        ProblemReports reports = new ProblemReports(problems, database, settings.host(), clock, mails);
        reports.timer.scheduleWithFixedDelay(reports::keep, 0, INTERVAL.toSeconds(), TimeUnit.SECONDS);
        return reports;
    }

    private void keep() {
        try {
            write(problems.all());
        } catch (SQLException | RuntimeException e) {
            // That the database does not work is somebody else's to report; it is written when it does.
            LOG.debug("cannot write the problems of the service, will try again", e);
        }
    }

    private void write(List<ServiceProblem> all) throws SQLException {
        List<ServiceProblem> changed = new ArrayList<>(all);
        changed.removeAll(stored);
        Instant now = clock.instant();
        boolean isToTidy = tidiedAt.isBefore(now.minus(TIDY_INTERVAL));
        if (changed.isEmpty() && !isToTidy) {
            return;
        }
        database.transact(connection -> {
            if (!isBegun) {
                store.closeAll(connection, host);
            }
            store.put(connection, host, changed);
            if (isToTidy) {
                store.removeOld(connection, host, now);
            }
            return true;
        });
        isBegun = true;
        stored = Set.copyOf(all);
        tidiedAt = isToTidy ? now : tidiedAt;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        mails.ifPresent(AdminMails::close);
    }
}
