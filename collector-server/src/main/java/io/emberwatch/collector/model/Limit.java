package io.emberwatch.collector.model;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * A limit in force, with hysteresis.
 *
 * @param raiseAt the alarm is raised from this value on, in the metric's unit
 * @param clearAt the alarm is cleared once the value is no longer beyond this, in the metric's unit; on the harmless
 *     side of {@code raiseAt}, or equal
 * @param holdFor how long the value must stay beyond {@code raiseAt} before the alarm is raised; zero for at once
 * @param targetTempC set where the limit was moved because of the GPU's own target, see {@link GpuTargetTemp}: a GPU
 *     that is no hotter than this, °C, is well
 */
public record Limit(double raiseAt, double clearAt, Duration holdFor, OptionalInt targetTempC) {
    public Limit(double raiseAt, double clearAt, Duration holdFor) {
        this(raiseAt, clearAt, holdFor, OptionalInt.empty());
    }
}
