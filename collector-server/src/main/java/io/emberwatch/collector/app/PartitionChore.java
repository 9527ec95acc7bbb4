package io.emberwatch.collector.app;

import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.schema.PartitionKeeper;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it, once an hour, that the days to come have their partitions. They are a week ahead: an hour missed is none.
 */
final class PartitionChore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionChore.class);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final PartitionKeeper keeper;
    private final Clock clock;
    private final ScheduledExecutorService timer;

    private PartitionChore(PartitionKeeper keeper, Clock clock) {
        this.keeper = keeper;
        this.clock = clock;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "partitions");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Makes them now, before the first reading comes, and again each hour. */
    static PartitionChore start(Database database, Clock clock) {
        PartitionChore chore = new PartitionChore(new PartitionKeeper(database), clock);
        chore.keep();
        chore.timer.scheduleWithFixedDelay(chore::keep, INTERVAL.toMinutes(), INTERVAL.toMinutes(), TimeUnit.MINUTES);
        return chore;
    }

    private void keep() {
        try {
            List<String> made = keeper.keep(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
            if (!made.isEmpty()) {
                LOG.info("made {} daily partitions, the last is {}", made.size(), made.get(made.size() - 1));
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn(
                    "could not make the partitions of the days to come, will try again in an hour: {}", e.getMessage());
            LOG.debug("could not make partitions", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
