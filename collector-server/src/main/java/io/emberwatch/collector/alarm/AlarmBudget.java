package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How many alarms of one machine may still come and go, so that a box gone mad fills neither a mailbox nor a table. Not
 * thread-safe.
 *
 * <p>A bucket of {@value #BURST} alarms that fills up again by {@link AlarmPolicy#perMinute}. One is taken for each
 * alarm that the owner is notified of, which pays for the mail about its end too; for each reminder; and for the end of
 * an alarm that the owner was not notified of. So whatever is over, and leaves room for another alarm of its condition,
 * was paid for. The less urgent, the fuller the bucket must be: for what has returned within the hour, for warnings, for
 * a GPU's critical alarms. The machine's own critical alarms may take the last. What lasts becomes more urgent. That a
 * machine is not heard of costs nothing. At most {@value #MAX_OPEN} alarms are open, for a box can make up cards.
 */
final class AlarmBudget {
    /** Two alarms of each of 64 GPUs, and some. */
    static final int BURST = 200;

    /** Most alarms that are open while another of a GPU may begin: 64 GPUs have half as many by the fleet's limits. */
    static final int MAX_OPEN = 2_000;

    /** Never changed: see {@link #copy}. */
    static final AlarmBudget FULL = new AlarmBudget(BURST, Instant.EPOCH, Map.of(), Map.of());

    private static final int KEPT_FOR_NEWS = 100;
    private static final int KEPT_FOR_CRITICAL = 60;
    private static final int KEPT_FOR_MACHINE = 20;
    /** Within this time an alarm of the same condition is no news. */
    private static final Duration RECENTLY = Duration.ofHours(1);

    private static final Duration LASTS = Duration.ofMinutes(1);
    private static final Duration LASTS_LONG = Duration.ofMinutes(5);

    private final Map<AlarmKey, Instant> told;
    private final Map<AlarmKey, Clearing> cleared;
    private double left;
    private Instant countedAt;

    /**
     * When an alarm was last cleared.
     *
     * @param at by the clock that its metric is judged by
     * @param now by the collector's
     */
    private record Clearing(Instant at, Instant now) {}

    private AlarmBudget(double left, Instant countedAt, Map<AlarmKey, Instant> told, Map<AlarmKey, Clearing> cleared) {
        this.left = left;
        this.countedAt = countedAt;
        this.told = told;
        this.cleared = cleared;
    }

    /** The same, to be changed; what does not matter any more is left out, so that it stays small. */
    AlarmBudget copy(Instant now, AlarmPolicy policy) {
        AlarmBudget copy = new AlarmBudget(left, countedAt, new HashMap<>(told), new HashMap<>(cleared));
        copy.told.values().removeIf(last -> !isWithin(RECENTLY, last, now));
        copy.cleared.values().removeIf(last -> !isWithin(policy.settle(), last.now, now));
        return copy;
    }

    /**
     * Takes what it costs to notify the owner of a firing alarm.
     *
     * @param firingFor for how long it has been firing
     * @return whether it was there
     */
    boolean payToTell(AlarmKey key, Duration firingFor, Instant now, AlarmPolicy policy) {
        boolean isPaid = pay(key, kept(key, firingFor), now, policy);
        if (isPaid) {
            told.put(key, now);
        }
        return isPaid;
    }

    /** Takes what it costs that an alarm is over of which the owner was not notified; returns whether it was there. */
    boolean payToEnd(AlarmKey key, Instant now, AlarmPolicy policy) {
        return pay(key, KEPT_FOR_NEWS, now, policy);
    }

    void cleared(AlarmKey key, Instant at, Instant now) {
        cleared.put(key, new Clearing(at, now));
    }

    /**
     * Whether the condition was last cleared too lately to be over, by both clocks: history that is replayed in a second
     * is not on and off in that second, and a clock that stands still holds up nothing.
     *
     * @param at by the clock that its metric is judged by
     */
    boolean mustSettle(AlarmKey key, Instant at, Instant now, AlarmPolicy policy) {
        Clearing last = cleared.get(key);
        return last != null && isWithin(policy.settle(), last.now, now) && isWithin(policy.settle(), last.at, at);
    }

    /** Whether even a new warning had to wait when the last alarm was paid for. */
    boolean isShort() {
        return left < KEPT_FOR_CRITICAL + 1;
    }

    private boolean pay(AlarmKey key, int kept, Instant now, AlarmPolicy policy) {
        if (key.metric() == Metric.SILENT_S) {
            return true;
        }
        double minutes = Math.max(0, Duration.between(countedAt, now).toMillis() / 60_000.0);
        left = Math.min(BURST, left + minutes * policy.perMinute());
        countedAt = now;
        boolean isThere = left >= kept + 1;
        if (isThere) {
            left--;
        }
        return isThere;
    }

    private int kept(AlarmKey key, Duration firingFor) {
        if (told.containsKey(key) && firingFor.compareTo(LASTS) < 0) {
            return KEPT_FOR_NEWS;
        }
        if (key.severity() == Severity.WARNING && firingFor.compareTo(LASTS_LONG) < 0) {
            return KEPT_FOR_CRITICAL;
        }
        return key.component().isEmpty() ? 0 : KEPT_FOR_MACHINE;
    }

    /** Whichever comes first: a clock may be set. */
    private static boolean isWithin(Duration time, Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(time) < 0;
    }
}
