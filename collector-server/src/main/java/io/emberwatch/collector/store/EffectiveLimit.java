package io.emberwatch.collector.store;

import io.emberwatch.protocol.Metric;
import java.util.Optional;

/**
 * The limit that counts for a machine or a GPU, and where it was set.
 *
 * @param limit empty if it is switched off there
 * @param source where it was set
 */
public record EffectiveLimit(Metric metric, Severity severity, Optional<Limit> limit, LimitPlace source) {}
