package io.emberwatch.collector.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;

/** A box with 64 cards, each beyond its limits or not as dice fall, second by second. */
class AlarmStormRandomTest {
    private static final AlarmPolicy POLICY = AlarmPolicy.standard();
    private static final Limit LIMIT = new Limit(90, 80, Duration.ZERO);
    private static final MachineLimits LIMITS = (component, metric, severity) -> Optional.of(LIMIT);
    private static final List<Metric> OF_CARD = List.of(Metric.GPU_TEMP_C, Metric.GPU_POWER_W);
    private static final AlarmKey CPU = new AlarmKey("", Metric.CPU_TEMP_C, Severity.CRITICAL);
    private static final AlarmKey SILENT = new AlarmKey("", Metric.SILENT_S, Severity.CRITICAL);

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final AlarmEngine engine = new AlarmEngine(POLICY);
    private final List<String> cards = new ArrayList<>();
    private MachineAlarms alarms = MachineAlarms.none();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private double cpu = 50;
    private final Map<AlarmKey, Boolean> naive = new HashMap<>();
    private final Map<AlarmKey, Deque<Instant>> events = new HashMap<>();
    private final Set<AlarmKey> known = new HashSet<>();
    private int mails;

    AlarmStormRandomTest() {
        for (int card = 0; card < 64; card++) {
            cards.add("GPU-" + card);
        }
    }

    @RepeatedTest(5)
    void state_is_exact_while_events_and_mails_are_few() {
        for (int minute = 1; minute <= 10; minute++) {
            int stays = random.nextInt(10);
            for (int second = 0; second < 60; second++) {
                reading(card -> random.nextInt(10) < stays ? Optional.empty() : Optional.of(random.nextInt(70, 100)));
            }
            assertThat(mails)
                    .as("seed %d, minute %d", seed, minute)
                    .isLessThanOrEqualTo(2 * (AlarmBudget.BURST + POLICY.perMinute() * minute));
        }
    }

    @RepeatedTest(2)
    void what_is_new_and_grave_is_mailed_at_once_in_the_midst_of_it() {
        storm(Duration.ofMinutes(3));

        cpu = 95;
        storm(Duration.ofSeconds(1));
        assertThat(isKnown(CPU)).as("seed %d", seed).isTrue();

        MetricValues link =
                MetricValues.builder(Scope.LINK).set(Metric.SILENT_S, 95).build();
        take(Observation.ofLink(now, false, link));
        assertThat(isKnown(SILENT)).as("seed %d", seed).isTrue();
    }

    @RepeatedTest(2)
    void every_condition_that_lasts_is_mailed_the_critical_ones_first() {
        storm(Duration.ofMinutes(3));
        int conditions = cards.size() * OF_CARD.size();

        stay(95, timeToTell(conditions).plusMinutes(1));
        assertThat(firing(Severity.CRITICAL))
                .as("seed %d", seed)
                .hasSize(conditions)
                .allMatch(this::isKnown);

        stay(95, timeToTell(conditions).plusMinutes(5));
        assertThat(firing(Severity.WARNING))
                .as("seed %d", seed)
                .hasSize(conditions)
                .allMatch(this::isKnown);
    }

    @RepeatedTest(2)
    void after_it_every_alarm_is_over_and_the_owner_knows_of_each_that_he_was_told_of() {
        storm(Duration.ofMinutes(3));

        stay(50, Duration.ofMinutes(20));
        assertThat(alarms.isEmpty()).as("seed %d: %s", seed, alarms).isTrue();
        assertThat(known).as("seed %d", seed).isEmpty();
    }

    @RepeatedTest(1)
    void a_box_that_makes_up_cards_has_a_bounded_number_of_alarms_and_its_own_are_raised_all_the_same() {
        for (int second = 0; second < 200; second++) {
            cards.replaceAll(card -> "GPU-" + random.nextInt());
            stay(95, Duration.ofSeconds(1));
        }
        assertThat(alarms.all()).hasSizeLessThan(AlarmBudget.MAX_OPEN + 4 * cards.size());

        cpu = 95;
        stay(95, Duration.ofSeconds(1));
        assertThat(isKnown(CPU)).as("seed %d", seed).isTrue();
    }

    /** Every card is beyond all limits in one second and within them in the next. */
    private void storm(Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            int value = now.getEpochSecond() % 2 == 0 ? 95 : 50;
            reading(card -> Optional.of(value));
        }
    }

    private static Duration timeToTell(int conditions) {
        return Duration.ofMinutes(1).multipliedBy(conditions).dividedBy(POLICY.perMinute());
    }

    private void stay(int value, Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            reading(card -> Optional.of(value));
        }
    }

    private void reading(Function<String, Optional<Integer>> values) {
        Map<String, MetricValues> gpus = new LinkedHashMap<>();
        for (String card : cards) {
            MetricValues.Builder ofCard = MetricValues.builder(Scope.GPU);
            OF_CARD.forEach(metric -> values.apply(card).ifPresent(value -> ofCard.set(metric, value)));
            gpus.put(card, ofCard.build());
        }
        MetricValues machine =
                MetricValues.builder(Scope.MACHINE).set(Metric.CPU_TEMP_C, cpu).build();
        MetricValues link =
                MetricValues.builder(Scope.LINK).set(Metric.SILENT_S, 0).build();
        Observation observation = new Observation(now, now, true, false, machine, gpus, link);
        boolean isFull = alarms.isFull();
        take(observation);
        if (!isFull) {
            gpus.forEach((card, ofCard) -> OF_CARD.forEach(metric -> checkState(card, metric, ofCard)));
        }
        now = now.plusSeconds(1);
    }

    private void checkState(String card, Metric metric, MetricValues values) {
        for (Severity severity : Severity.values()) {
            AlarmKey key = new AlarmKey(card, metric, severity);
            boolean before = naive.getOrDefault(key, false);
            boolean isFiring = values.has(metric)
                    ? values.get(metric).getAsDouble() >= 90
                            || (before && values.get(metric).getAsDouble() > 80)
                    : before;
            naive.put(key, isFiring);
            assertThat(alarms.find(key).filter(OpenAlarm::isFiring).isPresent())
                    .as("seed %d: %s at %s", seed, key, now)
                    .isEqualTo(isFiring);
        }
    }

    private void take(Observation observation) {
        Evaluation evaluation = engine.evaluate(alarms, LIMITS, observation);
        alarms = evaluation.after();
        evaluation.changes().forEach(this::check);
    }

    private void check(AlarmChange change) {
        AlarmKey key = change.key();
        String where = "seed " + seed + ": " + change;
        if (change instanceof Raised raised) {
            event(key, where);
            if (raised.notification().reachesOwner()) {
                tell(key, where);
            }
        } else if (change instanceof Notified notified) {
            if (notified.kind() == MailKind.RAISED) {
                tell(key, where);
            }
        } else if (change instanceof Cleared cleared) {
            event(key, where);
            assertThat(known.remove(key))
                    .as(where)
                    .isEqualTo(!cleared.mail().equals(Optional.of(MailKind.PAST))
                            && (cleared.mail().isPresent() || key.severity() == Severity.WARNING));
            mails += cleared.mail().isPresent() ? 1 : 0;
        }
    }

    private void tell(AlarmKey key, String where) {
        assertThat(known.add(key)).as(where).isTrue();
        mails++;
    }

    private void event(AlarmKey key, String where) {
        Deque<Instant> lately = events.computeIfAbsent(key, k -> new ArrayDeque<>());
        lately.removeIf(at -> !at.isAfter(now.minusSeconds(60)));
        lately.add(now);
        assertThat(lately).as("events within a minute, %s", where).hasSizeLessThanOrEqualTo(4);
    }

    private boolean isKnown(AlarmKey key) {
        return alarms.find(key).filter(OpenAlarm::isNotified).isPresent();
    }

    private List<AlarmKey> firing(Severity severity) {
        return alarms.all().stream()
                .filter(OpenAlarm::isFiring)
                .map(OpenAlarm::key)
                .filter(key -> key.severity() == severity && !key.component().isEmpty())
                .toList();
    }
}
