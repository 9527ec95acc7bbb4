package io.emberwatch.collector.app;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Retention;
import io.emberwatch.collector.store.schema.PartitionKeeper;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the days to come have their partitions, and that no table grows without end. Partitions are made a
 * week ahead: an hour missed is none.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration INTERVAL = Duration.ofHours(1);
    /** After partitions could not be made: each try makes writers wait for a moment. */
    private static final Duration TRY_AGAIN_AFTER = Duration.ofMinutes(10);
    /** A report or a backup that runs for long keeps partitions from being made, and is nobody's fault. */
    private static final int FAILURES_REPORTED = 3;
    /** Between two transactions that delete. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final String PARTITIONS = "reading and gpu_reading";

    private final PartitionKeeper keeper;
    private final Retention retention;
    private final ServiceProblems problems;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private int failures;

    Housekeeping(Database database, Retention.Ages ages, ServiceProblems problems, Clock clock) {
        this.keeper = new PartitionKeeper(database);
        this.retention = new Retention(database, ages, () -> TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis()));
        this.problems = problems;
        this.clock = clock;
        this.timer = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "housekeeping");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Makes partitions now, before the first reading comes; all else follows by itself. */
    static Housekeeping start(Database database, Retention.Ages ages, ServiceProblems problems, Clock clock) {
        Housekeeping chores = new Housekeeping(database, ages, problems, clock);
        chores.keepPartitionsAgainAndAgain();
        chores.timer.scheduleWithFixedDelay(chores::clean, 1, INTERVAL.toMinutes(), TimeUnit.MINUTES);
        return chores;
    }

    private void keepPartitionsAgainAndAgain() {
        Duration next = keepPartitions() ? INTERVAL : TRY_AGAIN_AFTER;
        timer.schedule(this::keepPartitionsAgainAndAgain, next.toMinutes(), TimeUnit.MINUTES);
    }

    /** Whether the days to come have their partitions. */
    boolean keepPartitions() {
        try {
            List<String> made = keeper.keep(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
            if (!made.isEmpty()) {
                LOG.info("made {} daily partitions, the last is {}", made.size(), made.get(made.size() - 1));
            }
            failures = 0;
            problems.solved(Kind.PARTITIONS_MISSING, PARTITIONS);
            return true;
        } catch (SQLException | RuntimeException e) {
            failures++;
            LOG.debug("could not make partitions", e);
            if (failures >= FAILURES_REPORTED) {
                problems.report(Kind.PARTITIONS_MISSING, PARTITIONS, failures + " tries: " + e.getMessage());
            } else {
                LOG.info(
                        "could not make the partitions of the days to come, will try again in {} min: {}",
                        TRY_AGAIN_AFTER.toMinutes(),
                        e.getMessage());
            }
            return false;
        }
    }

    /** Each table by itself: what cannot be done in one keeps nothing from the others. */
    void clean() {
        for (String table : retention.tables()) {
            try {
                long deleted = retention.clean(table);
                if (deleted > 0) {
                    LOG.info("deleted {} rows of {} that were too old or too many", deleted, table);
                }
                problems.solved(Kind.RETENTION_FAILED, table);
            } catch (SQLException | RuntimeException e) {
                if (timer.isShutdown()) {
                    return;
                }
                LOG.debug("could not delete from {}", table, e);
                problems.report(Kind.RETENTION_FAILED, table, String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        solveReadingsAhead();
    }

    /** A clock is right again once an hour has passed without a reading from the future. */
    private void solveReadingsAhead() {
        try {
            Set<String> machines = retention.machinesAhead(INTERVAL);
            problems.all().stream()
                    .filter(problem -> problem.kind() == Kind.READINGS_AHEAD && !problem.isSolved())
                    .map(ServiceProblem::subject)
                    .filter(subject -> !machines.contains(subject))
                    .forEach(subject -> problems.solved(Kind.READINGS_AHEAD, subject));
        } catch (SQLException | RuntimeException e) {
            LOG.debug("could not see which clocks are right again", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
