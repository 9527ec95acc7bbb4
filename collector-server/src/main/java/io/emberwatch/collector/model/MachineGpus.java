package io.emberwatch.collector.model;

import io.emberwatch.protocol.Metric;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The GPUs that a machine has or once had, as far as a writer needs to know them. Immutable.
 *
 * @param ids {@code gpu.id} by UUID
 * @param targets of those that report a plausible one, by UUID
 */
public record MachineGpus(Map<String, Integer> ids, Map<String, GpuTargetTemp> targets) {
    public static final MachineGpus NONE = new MachineGpus(Map.of(), Map.of());

    public MachineGpus {
        ids = Map.copyOf(ids);
        targets = Map.copyOf(targets);
    }

    /**
     * How many are missing: once had, never retired, and not shown any more.
     *
     * @param shown UUIDs of those that the machine's last inventory shows
     * @param retired {@code gpu.id} of those that were taken out of any machine
     */
    public int countMissing(Set<String> shown, Set<Integer> retired) {
        int missing = 0;
        for (Map.Entry<String, Integer> gpu : ids.entrySet()) {
            if (!shown.contains(gpu.getKey())
                    && KnownGpu.namesGpuItself(gpu.getKey())
                    && !retired.contains(gpu.getValue())) {
                missing++;
            }
        }
        return missing;
    }

    /**
     * How many another machine shows as well.
     *
     * @param shown UUIDs of those that the machine's last inventory shows
     * @param claimedTwice {@code gpu.id} of those that two machines show
     */
    public int countConflicts(Set<String> shown, Set<Integer> claimedTwice) {
        if (claimedTwice.isEmpty()) {
            return 0;
        }
        return (int) shown.stream()
                .filter(uuid -> claimedTwice.contains(ids.get(uuid)))
                .count();
    }

    /**
     * The limits of the machine without those for GPUs that were taken out of it: their values stay unknown for ever,
     * and so their alarms would never be over.
     *
     * @param shown UUIDs of those that the machine's last inventory shows all the same: it knows better
     * @param retired {@code gpu.id} of those that were taken out of any machine
     */
    public MachineLimits limitsOfInstalled(MachineLimits all, Set<String> shown, Set<Integer> retired) {
        return new InstalledLimits(all, ids, shown, retired);
    }

    private record InstalledLimits(MachineLimits all, Map<String, Integer> ids, Set<String> shown, Set<Integer> retired)
            implements MachineLimits {
        @Override
        public Optional<Limit> find(String component, Metric metric, Severity severity) {
            return isRetired(component) ? Optional.empty() : all.find(component, metric, severity);
        }

        @Override
        public Optional<Metric> overriddenBy(String component, Metric metric, Severity severity) {
            return all.overriddenBy(component, metric, severity);
        }

        @Override
        public boolean isRetired(String component) {
            if (component.isEmpty() || shown.contains(component)) {
                return false;
            }
            Integer id = ids.get(component);
            return id != null && retired.contains(id);
        }
    }
}
