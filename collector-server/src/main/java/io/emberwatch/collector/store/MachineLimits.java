package io.emberwatch.collector.store;

import io.emberwatch.protocol.Metric;
import java.util.Optional;

/** The limits of one machine, the most specific first: those of a GPU, of the machine, of the fleet. */
@FunctionalInterface
public interface MachineLimits {
    /**
     * The limit in force.
     *
     * @param component UUID of a GPU, or empty for the machine itself
     * @return empty if there is none or if it is switched off
     */
    Optional<Limit> find(String component, Metric metric, Severity severity);
}
