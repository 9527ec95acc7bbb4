package io.emberwatch.collector.faults;

import java.time.Duration;
import java.util.Locale;

/**
 * One entry of a {@link FaultPlan}.
 *
 * @param at since the start of the run
 * @param probe index of the probe concerned; 0 for faults of a place that is the same for all
 * @param lasts until it is mended
 * @param seed of what else is random about it
 */
record PlannedFault(Duration at, FaultKind kind, int probe, Duration lasts, long seed) {
    /** Where it happens. */
    record Site(FaultKind.Place place, int probe) {}

    Duration mendedAt() {
        return at.plus(lasts);
    }

    Site site() {
        return new Site(kind.place(), probe);
    }

    @Override
    public String toString() {
        String who = kind.place().isPerProbe() ? "box" + (probe + 1) + ": " : "";
        String until = lasts.isZero() ? "" : String.format(Locale.ROOT, ", for %.1f s", lasts.toMillis() / 1000.0);
        return who + kind.words() + until;
    }
}
