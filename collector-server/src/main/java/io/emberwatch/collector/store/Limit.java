package io.emberwatch.collector.store;

import java.time.Duration;

/**
 * A limit in force, with hysteresis.
 *
 * @param raiseAt the alarm is raised from this value on, in the metric's unit
 * @param clearAt the alarm is cleared once the value is no longer beyond this, in the metric's unit; on the harmless
 *     side of {@code raiseAt}, or equal
 * @param holdFor how long the value must stay beyond {@code raiseAt} before the alarm is raised; zero for at once
 */
public record Limit(double raiseAt, double clearAt, Duration holdFor) {}
