package io.emberwatch.collector.app;

import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.WriteCheck;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports a database that takes no writes, and tries every few seconds whether it takes them again: after a failover it
 * does as soon as its address leads to the new server.
 */
final class DatabaseWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private final Database database;
    private final ServiceProblems problems;
    private final AtomicBoolean isReadOnly = new AtomicBoolean();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "database-watch");
        thread.setDaemon(true);
        return thread;
    });

    private DatabaseWatch(Database database, ServiceProblems problems) {
        this.database = database;
        this.problems = problems;
    }

    static DatabaseWatch start(Database database, ServiceProblems problems) {
        DatabaseWatch watch = new DatabaseWatch(database, problems);
        database.onReadOnly(watch::refused);
        // look never throws, so the timer never ends and its future says nothing.
        var unused = watch.timer.scheduleWithFixedDelay(
                watch::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    private void refused(SQLException e) {
        isReadOnly.set(true);
        problems.report(
                Kind.DATABASE_READ_ONLY,
                database.place(),
                e.getMessage() + "; readings wait at the probes: let database.url lead to the server that takes writes,"
                        + " or end its read-only mode (read_only, super_read_only)");
    }

    private void look() {
        if (!isReadOnly.get()) {
            return;
        }
        try {
            WriteCheck.run(database);
            isReadOnly.set(false);
            problems.solved(Kind.DATABASE_READ_ONLY, database.place());
        } catch (SQLException e) {
            LOG.debug("the database still takes no writes", e);
        } catch (RuntimeException e) {
            // Thrown out of here, it would end the timer for good.
            LOG.error("cannot try to write to the database", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
