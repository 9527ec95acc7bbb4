package io.emberwatch.collector.ingest;

import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The limits of a machine without those for cards that were taken out of it: their values stay unknown for ever, and so
 * their alarms would never be over.
 *
 * @param gpuIds {@code gpu.id} by UUID
 * @param retired {@code gpu.id} of the cards that were taken out
 * @param shown UUIDs of those that the machine's last inventory shows all the same: it knows better
 */
record InstalledGpuLimits(MachineLimits all, Map<String, Integer> gpuIds, Set<Integer> retired, Set<String> shown)
        implements MachineLimits {
    @Override
    public Optional<Limit> find(String component, Metric metric, Severity severity) {
        return isTakenOut(component) ? Optional.empty() : all.find(component, metric, severity);
    }

    @Override
    public Optional<Metric> overriddenBy(String component, Metric metric, Severity severity) {
        return all.overriddenBy(component, metric, severity);
    }

    @Override
    public boolean isTakenOut(String component) {
        if (component.isEmpty() || shown.contains(component)) {
            return false;
        }
        Integer id = gpuIds.get(component);
        return id != null && retired.contains(id);
    }
}
