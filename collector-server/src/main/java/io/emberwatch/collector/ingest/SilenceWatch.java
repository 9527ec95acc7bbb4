package io.emberwatch.collector.ingest;

import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.protocol.Metric;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for machines that have said no goodbye and are not heard of, and has their writers judge them. Runs on a thread
 * of its own.
 *
 * <p>Silence is only counted while this watch itself was awake: after a restart of the collector, or an outage of the
 * database, machines get their time anew to be heard, and the time that a probe may take to connect again on top.
 */
public final class SilenceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** Machines heard of this recently need no look. */
    private static final Duration NO_SILENCE = Duration.ofSeconds(2);
    /** A machine that stays silent is judged again this often, for repeated mails. */
    private static final Duration JUDGE_AGAIN_AFTER = Duration.ofSeconds(30);
    /** A longer gap between two successful looks means that this watch was not awake. */
    private static final Duration AWAKE_GAP = Duration.ofSeconds(10);

    /** The longest that a probe waits between two attempts to connect, and time to be admitted. */
    private static final Duration RETURN_GRACE = Duration.ofSeconds(45);

    private final Database database;
    private final IngestQueue queue;
    private final Presence presence;
    private final Supplier<Registry> registry;
    private final Clock clock;
    private final ProbeSessionStore sessions = new ProbeSessionStore();
    private final Map<Integer, Instant> judgedAt = new HashMap<>();
    private final ScheduledExecutorService timer;
    private Instant awakeSince;
    private Instant lastLook;

    private SilenceWatch(
            Database database, IngestQueue queue, Presence presence, Supplier<Registry> registry, Clock clock) {
        this.database = database;
        this.queue = queue;
        this.presence = presence;
        this.registry = registry;
        this.clock = clock;
        this.awakeSince = clock.instant();
        this.lastLook = awakeSince;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "silence-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts to watch. */
    public static SilenceWatch start(
            Database database, IngestQueue queue, Presence presence, Supplier<Registry> registry, Clock clock) {
        SilenceWatch watch = new SilenceWatch(database, queue, presence, registry, clock);
        // look never throws, so the timer never ends and its future says nothing.
        var unused = watch.timer.scheduleWithFixedDelay(
                watch::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void look() {
        try {
            List<ProbeSessionStore.Unended> machines =
                    database.transact(connection -> sessions.unended(connection, NO_SILENCE));
            Instant now = clock.instant();
            if (Duration.between(lastLook, now).compareTo(AWAKE_GAP) > 0) {
                awakeSince = now;
            }
            lastLook = now;
            judgedAt.values().removeIf(at -> at.plus(JUDGE_AGAIN_AFTER).isBefore(now));
            machines.forEach(machine -> look(machine, now));
        } catch (SQLException e) {
            LOG.debug("cannot look for silent machines now", e);
        } catch (RuntimeException e) {
            // Thrown out of here, it would end the timer for good.
            LOG.error("cannot look for silent machines", e);
        }
    }

    private void look(ProbeSessionStore.Unended machine, Instant now) {
        Duration silentFor = presence.lastHeardAt(machine.machineId())
                .map(heardAt -> Duration.between(heardAt, now))
                .orElse(machine.silentFor());
        Duration awakeFor = Duration.between(awakeSince, now);
        boolean heardSinceAwake = silentFor.compareTo(awakeFor) < 0;
        Duration counted = heardSinceAwake ? silentFor : awakeFor.minus(RETURN_GRACE);
        boolean tooLong = shortestLimit(registry.get().limitsOf(machine.machineId()))
                .filter(limit -> counted.compareTo(limit) >= 0)
                .isPresent();
        if (tooLong && judgedAt.putIfAbsent(machine.machineId(), now) == null) {
            queue.addAlways(new IngestItem.SilenceCheck(machine.machineId(), machine.epoch(), counted));
        }
    }

    private static Optional<Duration> shortestLimit(MachineLimits limits) {
        return Stream.of(Severity.values())
                .flatMap(severity -> limits.find("", Metric.SILENT_S, severity).stream())
                .map(Limit::raiseAt)
                .min(Double::compare)
                .map(seconds -> Duration.ofMillis((long) (seconds * 1000)));
    }

    /** Which machines are connected to this collector. Thread-safe. */
    @FunctionalInterface
    public interface Presence {
        /** When the machine was last heard of, by the collector's clock; empty if it is not connected here. */
        Optional<Instant> lastHeardAt(int machineId);
    }
}
