package io.emberwatch.collector.faults;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the readings of one machine mean for its alarms, by the documented rules and without a line of the
 * collector's own code: an alarm is raised once a value has stayed at or above the limit for long enough, and is over
 * at the first value that is at or below the one to clear at and below the one to raise at. An absent value changes
 * nothing.
 */
final class ReferenceEvaluation {
    private final WatchedLimit limit;
    private final List<AlarmStory> over = new ArrayList<>();
    private final List<AlarmStory> open = new ArrayList<>(1);

    private ReferenceEvaluation(WatchedLimit limit) {
        this.limit = limit;
    }

    /** All alarms that are due, those that were dropped while pending left out; in any order of readings. */
    static List<AlarmStory> alarmsOf(List<StoredReading> readings, List<WatchedLimit> limits) {
        List<StoredReading> inOrder = readings.stream()
                .sorted(Comparator.comparingLong(StoredReading::sequence))
                .toList();
        return limits.stream()
                .flatMap(limit -> new ReferenceEvaluation(limit).walk(inOrder).stream())
                .toList();
    }

    private List<AlarmStory> walk(List<StoredReading> readings) {
        for (StoredReading reading : readings) {
            BigDecimal value = reading.values().get(limit.metric());
            if (value != null) {
                step(reading.takenAt(), value);
            }
        }
        over.addAll(open);
        return over;
    }

    private void step(Instant at, BigDecimal value) {
        boolean high = value.compareTo(limit.raiseAt()) >= 0;
        if (open.isEmpty()) {
            if (high) {
                begin(at, value);
            }
        } else if (open.get(0).isFiring()) {
            if (!high && value.compareTo(limit.clearAt()) <= 0) {
                over.add(open.remove(0).cleared(at, value));
            }
        } else if (high) {
            goOn(at, value);
        } else {
            open.clear();
        }
    }

    private void begin(Instant at, BigDecimal value) {
        AlarmStory story = AlarmStory.pending(limit.metric(), at);
        open.add(limit.holdFor().isZero() ? story.raised(at, value) : story);
    }

    /** A clock that went back makes the waiting begin anew. */
    private void goOn(Instant at, BigDecimal value) {
        Duration held = Duration.between(open.get(0).pendingSince(), at);
        if (held.isNegative()) {
            open.set(0, AlarmStory.pending(limit.metric(), at));
        } else if (held.compareTo(limit.holdFor()) >= 0) {
            open.set(0, open.get(0).raised(at, value));
        }
    }
}
