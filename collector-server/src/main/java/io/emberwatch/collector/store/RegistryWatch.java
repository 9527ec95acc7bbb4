package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Registry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry, whoever changes it: commands, or people with SQL. Asks the database every two seconds for a
 * fingerprint and reads everything only when that has changed. While the database is away, the last registry holds.
 * Thread-safe.
 */
public final class RegistryWatch implements AutoCloseable {
    /** Promised to people with SQL: the collector follows within 5 s. */
    public static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(RegistryWatch.class);

    private final Database database;
    private final RegistryStore store = new RegistryStore();
    private final List<LookListener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer;
    private volatile Loaded loaded;

    /** Only touched by {@link #poll}. */
    private boolean away;

    /** Notified after each look, whether anything has changed or not, on the watch's thread; must not block. */
    @FunctionalInterface
    public interface LookListener {
        /**
         * The registry as it is now.
         *
         * @param readAtNanos {@code System.nanoTime} before the database was asked: the registry is no older
         */
        void looked(Registry registry, long readAtNanos);
    }

    private record Loaded(String fingerprint, Registry registry) {}

    private RegistryWatch(Database database, Loaded loaded) {
        this.database = database;
        this.loaded = loaded;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "registry-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Reads the registry and starts to follow it.
     *
     * @throws SQLException if the database cannot be read now
     */
    public static RegistryWatch start(Database database) throws SQLException {
        RegistryWatch watch = withoutTimer(database);
        // poll never throws, so the timer never ends and its future says nothing.
        var unused = watch.timer.scheduleWithFixedDelay(
                watch::poll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    /** Follows only when {@link #poll} is called. */
    static RegistryWatch withoutTimer(Database database) throws SQLException {
        RegistryStore store = new RegistryStore();
        Loaded loaded = database.transactAtLength(connection -> load(store, connection));
        report(List.of(), loaded.registry());
        return new RegistryWatch(database, loaded);
    }

    /** The registry as it was at most a few seconds ago. */
    public Registry current() {
        return loaded.registry();
    }

    /** Calls {@code listener} after each look at the database that succeeded. */
    public void onLook(LookListener listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    void poll() {
        try {
            long readAtNanos = System.nanoTime();
            Loaded before = loaded;
            Loaded now = database.transact(connection ->
                    store.fingerprint(connection).equals(before.fingerprint()) ? before : load(store, connection));
            if (away) {
                away = false;
                LOG.info("the database is back: following the registry again");
            }
            if (!now.fingerprint().equals(before.fingerprint())) {
                accept(before, now);
            }
            listeners.forEach(listener -> listener.looked(now.registry(), readAtNanos));
        } catch (SQLException e) {
            if (!away) {
                away = true;
                LOG.warn("cannot read the registry, keeping the last one: {}", firstLine(e));
            }
        } catch (RuntimeException e) {
            // Thrown out of here, it would end the timer for good.
            LOG.error("cannot follow the registry, keeping the last one", e);
        }
    }

    private void accept(Loaded before, Loaded now) {
        loaded = now;
        LOG.debug("the registry has changed");
        report(before.registry().limits().problems(), now.registry());
    }

    /** The fingerprint first: a change between the two queries then shows at the next poll. */
    private static Loaded load(RegistryStore store, Connection connection) throws SQLException {
        String fingerprint = store.fingerprint(connection);
        return new Loaded(fingerprint, store.load(connection));
    }

    private static void report(List<String> known, Registry registry) {
        registry.limits().problems().stream()
                .filter(problem -> !known.contains(problem))
                .forEach(LOG::warn);
    }

    /** The driver's messages go on with packets and milliseconds. */
    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
