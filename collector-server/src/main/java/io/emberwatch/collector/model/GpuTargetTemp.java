package io.emberwatch.collector.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The core temperature that a GPU aims for under load, beside the one at which it slows itself down. Many GPUs of
 * desktops and laptops aim for one so near to their slowdown that the fleet's limits on the margin would never be
 * content with them.
 *
 * @param targetTempC °C
 * @param slowdownTempC °C; above {@code targetTempC}
 */
public record GpuTargetTemp(int targetTempC, int slowdownTempC) {
    public GpuTargetTemp {
        if (targetTempC >= slowdownTempC) {
            throw new IllegalArgumentException(
                    "a card cannot aim for " + targetTempC + " °C if it slows down at " + slowdownTempC + " °C");
        }
    }

    /** Empty if one of the two is not known, or the target is nonsense: the GPU would be slow by then. */
    public static Optional<GpuTargetTemp> of(OptionalInt targetTempC, OptionalInt slowdownTempC) {
        return targetTempC.isPresent() && slowdownTempC.isPresent() && targetTempC.getAsInt() < slowdownTempC.getAsInt()
                ? Optional.of(new GpuTargetTemp(targetTempC.getAsInt(), slowdownTempC.getAsInt()))
                : Optional.empty();
    }

    /**
     * A limit of the fleet on the margin, as it counts for this GPU: raised one degree beyond its target at the
     * earliest, and cleared at its target at the latest. One that is nowhere near that stays as it is.
     */
    Limit moved(Limit fleet) {
        // What a hostile probe says may be further apart than an int holds.
        double atTarget = (double) slowdownTempC - targetTempC;
        // What the GPU reports at its target may be a degree off.
        if (fleet.raiseAt() < atTarget - 1 && fleet.clearAt() <= atTarget - 1) {
            return fleet;
        }
        return new Limit(
                fleet.raiseAt() < atTarget ? fleet.raiseAt() : atTarget - 1,
                Math.min(fleet.clearAt(), atTarget),
                fleet.holdFor(),
                OptionalInt.of(targetTempC));
    }
}
