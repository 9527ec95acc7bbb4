package io.emberwatch.collector.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Flapped;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;

/** Long random lives of a machine; what must hold in each of them. */
class AlarmEngineRandomTest {
    private static final int STEPS = 2_000;
    private static final List<String> GPUS = List.of("GPU-a", "GPU-b");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final AlarmEngine engine = new AlarmEngine(AlarmPolicy.standard());
    private Instant clock = Instant.parse("2026-03-01T12:00:00Z");
    private boolean live = true;
    private boolean silenced;
    private MachineLimits limits = randomLimits();

    @RepeatedTest(10)
    void changes_are_consistent() {
        MachineAlarms alarms = MachineAlarms.none();
        MachineAlarms reloaded = MachineAlarms.none();
        Map<AlarmKey, OpenAlarm> table = new HashMap<>();
        Set<AlarmKey> firing = new HashSet<>();
        Set<AlarmKey> notified = new HashSet<>();
        Set<AlarmKey> open = new HashSet<>();
        for (int step = 0; step < STEPS; step++) {
            changeTheWorld();
            Observation observation = randomObservation();

            Evaluation evaluation = engine.evaluate(alarms, limits, observation);
            Evaluation fromTable = engine.evaluate(reloaded, limits, observation);

            assertThat(fromTable.changes())
                    .as("seed %d, step %d: same from stored state", seed, step)
                    .isEqualTo(evaluation.changes());
            evaluation.changes().forEach(change -> check(change, observation, open, firing, notified));
            store(table, evaluation.changes());
            alarms = evaluation.after();
            reloaded = MachineAlarms.of(table.values()).withBudgetOf(alarms);
            assertThat(reloaded).as("seed %d, step %d", seed, step).isEqualTo(alarms);
        }
    }

    /**
     * @param open what is raised, and not over
     * @param firing what is firing now
     * @param notified what the owner believes to be firing
     */
    private void check(
            AlarmChange change,
            Observation observation,
            Set<AlarmKey> open,
            Set<AlarmKey> firing,
            Set<AlarmKey> notified) {
        AlarmKey key = change.key();
        String where = "seed " + seed + ": " + change;
        boolean canBeLive = observation.live() || key.metric().scope() == Scope.LINK;
        if (change instanceof Raised raised) {
            assertThat(open.add(key) && firing.add(key))
                    .as("raised once, %s", where)
                    .isTrue();
            assertNotificationIsAllowed(raised.notification(), canBeLive, observation, where);
            if (raised.notification().reachesOwner()) {
                notified.add(key);
            }
        } else if (change instanceof Notified again) {
            assertThat(firing).as(where).contains(key);
            assertNotificationIsAllowed(again.notification(), canBeLive, observation, where);
            notified.add(key);
        } else if (change instanceof Cleared cleared) {
            assertThat(open.remove(key)).as("over once, %s", where).isTrue();
            firing.remove(key);
            boolean known = notified.remove(key);
            cleared.mail()
                    .ifPresent(mail -> assertThat(mail == MailKind.CLEARED)
                            .as("the end is mailed as such to those who know, %s", where)
                            .isEqualTo(known));
        } else if (change instanceof Flapped flapped) {
            assertThat(open).as(where).contains(key);
            boolean turned = flapped.settling().isPresent() ? firing.remove(key) : firing.add(key);
            assertThat(turned).as("to and fro, %s", where).isTrue();
        } else {
            assertThat(open).as("pending or dropped, %s", where).doesNotContain(key);
        }
    }

    private static void assertNotificationIsAllowed(
            Notification notification, boolean canBeLive, Observation observation, String where) {
        if (notification.reachesOwner()) {
            assertThat(canBeLive && !observation.silenced()).as(where).isTrue();
        }
    }

    /** What the table makes of the changes, in a few lines. */
    private static void store(Map<AlarmKey, OpenAlarm> table, List<AlarmChange> changes) {
        for (AlarmChange change : changes) {
            AlarmKey key = change.key();
            if (change instanceof Pending pending) {
                table.put(key, new OpenAlarm(key, pending.since(), Optional.empty(), Optional.empty()));
            } else if (change instanceof Raised raised) {
                table.put(
                        key, new OpenAlarm(key, raised.pendingSince(), Optional.of(raised.at()), raised.notifiedAt()));
            } else if (change instanceof Notified again) {
                table.computeIfPresent(
                        key,
                        (k, row) -> new OpenAlarm(
                                k, row.pendingSince(), row.raisedAt(), Optional.of(again.now()), row.settling()));
            } else if (change instanceof Flapped flapped) {
                table.computeIfPresent(
                        key,
                        (k, row) -> new OpenAlarm(
                                k, row.pendingSince(), row.raisedAt(), row.notifiedAt(), flapped.settling()));
            } else {
                table.remove(key);
            }
        }
    }

    private void changeTheWorld() {
        clock = clock.plusMillis(random.nextInt(100) == 0 ? random.nextLong(-7_200_000, 14_400_000) : 5_000);
        if (random.nextInt(50) == 0) {
            live = !live;
        }
        if (random.nextInt(50) == 0) {
            silenced = !silenced;
        }
        if (random.nextInt(100) == 0) {
            limits = randomLimits();
        }
    }

    private Observation randomObservation() {
        Map<String, MetricValues> gpus = new HashMap<>();
        for (String gpu : GPUS) {
            if (random.nextInt(10) > 0) {
                gpus.put(gpu, randomValues(Scope.GPU));
            }
        }
        MetricValues machine = random.nextInt(10) > 0 ? randomValues(Scope.MACHINE) : MetricValues.empty(Scope.MACHINE);
        return new Observation(
                live ? clock : clock.minusSeconds(86_400),
                clock,
                live,
                silenced,
                machine,
                gpus,
                randomValues(Scope.LINK));
    }

    /** Values move slowly around the limits, so that every transition happens often. */
    private MetricValues randomValues(Scope scope) {
        MetricValues.Builder values = MetricValues.builder(scope);
        double swing = 100 + 30 * Math.sin(clock.getEpochSecond() / 400.0);
        for (Metric metric : scope.metrics()) {
            if (random.nextInt(10) > 0) {
                values.set(metric, swing + random.nextInt(-10, 11));
            }
        }
        return values.build();
    }

    private MachineLimits randomLimits() {
        Map<AlarmKey, Optional<Limit>> chosen = new HashMap<>();
        return (component, metric, severity) -> chosen.computeIfAbsent(
                new AlarmKey(component, metric, severity),
                key -> random.nextInt(4) == 0 ? Optional.empty() : Optional.of(randomLimit()));
    }

    private Limit randomLimit() {
        int raiseAt = random.nextInt(90, 120);
        return new Limit(raiseAt, raiseAt - random.nextInt(-2, 10), Duration.ofSeconds(random.nextInt(4) * 20L));
    }
}
