package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.Severity;
import java.time.Duration;

/**
 * What is the same for all alarms.
 *
 * @param repeatWarning how long after the last mail a warning that lasts is mailed again
 * @param repeatCritical the same for a critical alarm
 * @param longestGap a value that was unknown for longer than this does not count as having stayed beyond its limit
 * @param settle an alarm that is cleared sooner than this after the last time that its condition was is over only when it
 *     has stayed cleared for as long; zero: every alarm is over at once
 * @param perMinute how many alarms of one machine may come and go in a minute, see {@link AlarmBudget}
 */
public record AlarmPolicy(
        Duration repeatWarning, Duration repeatCritical, Duration longestGap, Duration settle, int perMinute) {
    public AlarmPolicy {
        requirePositive("repeatWarning", repeatWarning);
        requirePositive("repeatCritical", repeatCritical);
        requirePositive("longestGap", longestGap);
        if (settle.isNegative() || perMinute < 1) {
            throw new IllegalArgumentException("settle " + settle + ", per minute " + perMinute);
        }
    }

    /**
     * Warnings are repeated every 4 h, critical alarms every hour. Each machine may have 30 alarms a minute, none of them
     * on and off. The longest gap is 2 h: a machine may be sampled as rarely as
     * once an hour, and two readings in a row beyond the limit must be able to raise its alarm.
     */
    public static AlarmPolicy standard() {
        return new AlarmPolicy(
                Duration.ofHours(4), Duration.ofHours(1), Duration.ofHours(2), Duration.ofMinutes(1), 30);
    }

    Duration repeatEvery(Severity severity) {
        return severity == Severity.CRITICAL ? repeatCritical : repeatWarning;
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than zero, but is " + value);
        }
    }
}
