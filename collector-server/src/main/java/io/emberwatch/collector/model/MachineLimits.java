package io.emberwatch.collector.model;

import io.emberwatch.protocol.Metric;
import java.util.Map;
import java.util.Optional;

/**
 * The limits of one machine, the most specific first: those of a GPU, of the machine, of the fleet.
 *
 * <p>A GPU, and a machine's CPUs, drives and memory, have two limits for one heat: on the temperature, and on the {@link
 * Margin}, how far that is from what the part itself withstands. Of the fleet's two, the one on the margin counts where
 * it is reported, the one on the temperature where it is not. An owner's own limit on the temperature takes the place of
 * the fleet's on the margin, severity by severity, also where it is switched off: who says so for a machine wants no
 * alarm of that kind from it. An owner who sets both has both.
 *
 * <p>The fleet's limits on the margin to slowdown leave a GPU alone that is no hotter than it means to be, see {@link
 * GpuTargetTemp}.
 */
@FunctionalInterface
public interface MachineLimits {
    /**
     * The limit in force.
     *
     * @param component UUID of a GPU, or empty for the machine itself
     * @return empty if there is none or if it is switched off
     */
    Optional<Limit> find(String component, Metric metric, Severity severity);

    /** The same for GPUs with these targets, by UUID. */
    default MachineLimits withTargets(Map<String, GpuTargetTemp> targets) {
        return this;
    }

    /**
     * The metric that is judged in place of this one while it is reported, see {@link Margin}.
     *
     * @return empty if the limit found counts in any case
     */
    default Optional<Metric> overriddenBy(String component, Metric metric, Severity severity) {
        return Optional.empty();
    }

    /** Whether there are no limits for this GPU because it was taken out of the machine. */
    default boolean isRetired(String component) {
        return false;
    }
}
