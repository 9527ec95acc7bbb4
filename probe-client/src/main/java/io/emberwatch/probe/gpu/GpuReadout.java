package io.emberwatch.probe.gpu;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One reading of all GPUs, while it is put together from what they answered. Not thread-safe. */
final class GpuReadout {
    /** What is reported of each GPU, whatever its driver. */
    static final Set<Metric> METRICS = EnumSet.of(Metric.GPU_FAULT, Metric.GPU_HUNG_S, Metric.GPU_FATAL_XID);

    /**
     * What a fatal XID error ends in. Such a fault says it all: the error itself is in the reading, but is no alarm
     * beside it, nor one once the GPU is back. One that was an alarm before the fault showed is so for its hour.
     */
    private static final Set<GpuFault> OUT_OF_USE =
            EnumSet.of(GpuFault.LOST, GpuFault.RESET_REQUIRED, GpuFault.RESTART_REQUIRED);

    private final XidHistory xids;
    private final RecentProcesses processes;
    private final GpuLog log;
    private final long nowNanos;
    private final List<GpuSample> samples = new ArrayList<>();
    private final List<GpuFault> driverFaults = new ArrayList<>();
    private int nextIndex;

    GpuReadout(XidHistory xids, RecentProcesses processes, GpuLog log, long nowNanos) {
        this.xids = xids;
        this.processes = processes;
        this.log = log;
        this.nowNanos = nowNanos;
    }

    /**
     * Adds the GPUs of a driver. If all have the same fault, it is the driver's.
     *
     * @return the GPUs with which something is wrong, by UUID
     */
    Map<String, GpuFault> add(WatchedDriver driver, Map<GpuInfo, WatchedGpu.Outcome> outcomes) {
        GpuFault shared = DriverFaults.shared(outcomes.values().stream()
                .map(WatchedGpu.Outcome::faultAsAWhole)
                .toList());
        boolean anyAnswers = outcomes.values().stream().anyMatch(WatchedGpu.Outcome::hasValues);
        GpuFault fault = DriverFaults.worst(List.of(driver.fault(anyAnswers), shared));
        driverFaults.add(fault);
        log.driver(driver.name(), fault);
        if (fault == GpuFault.NONE) {
            outcomes.forEach((gpu, outcome) -> addGpu(driver, gpu, outcome));
        } else {
            driver.inventory().forEach(gpu -> addXidsOnly(gpu.uuid(), fault));
        }
        return outcomes.entrySet().stream()
                .filter(gpu -> gpu.getValue().fault() != GpuFault.NONE)
                .collect(Collectors.toMap(
                        gpu -> gpu.getKey().uuid(), gpu -> gpu.getValue().fault()));
    }

    private void addGpu(WatchedDriver driver, GpuInfo gpu, WatchedGpu.Outcome outcome) {
        log.gpu(nextIndex++, gpu, outcome);
        if (outcome.isUnknown()) {
            addXidsOnly(gpu.uuid(), GpuFault.NONE);
            return;
        }
        if (outcome.hasValues()) {
            processes.update(gpu.uuid(), outcome.processes(), nowNanos);
        }
        MetricValues.Builder values = MetricValues.builder(Scope.GPU).setAll(outcome.values());
        values.setRaw(Metric.GPU_FAULT, outcome.fault().code());
        values.setRaw(Metric.GPU_HUNG_S, outcome.hungS());
        if (OUT_OF_USE.contains(outcome.fault())) {
            xids.settle(gpu.uuid());
        }
        setFatalXid(values, driver, gpu.uuid());
        samples.add(new GpuSample(gpu.uuid(), values.build(), xids.take(gpu.uuid())));
    }

    private void setFatalXid(MetricValues.Builder values, WatchedDriver driver, String uuid) {
        int fatal = xids.fatal(uuid, nowNanos);
        if (fatal != 0 || (driver.reportsXids(uuid) && xids.hasListenedLongEnough(nowNanos))) {
            values.setRaw(Metric.GPU_FATAL_XID, fatal);
        }
    }

    /** Of a GPU that is left out, errors are reported all the same: they say why. */
    private void addXidsOnly(String uuid, GpuFault fault) {
        if (OUT_OF_USE.contains(fault)) {
            xids.settle(uuid);
        }
        if (xids.isWaiting(uuid)) {
            samples.add(new GpuSample(uuid, MetricValues.empty(Scope.GPU), xids.take(uuid)));
        }
    }

    /** What computes on all GPUs, those with the most memory first. */
    List<GpuProcess> processes() {
        return processes.all(nowNanos).stream()
                .sorted(Comparator.comparingLong(GpuProcess::memUsedBytes).reversed())
                .limit(WireLimits.MAX_GPU_PROCESSES)
                .toList();
    }

    /** @param known whether it is known of each driver which GPUs it has, or what is wrong with it */
    GpuSource.Report report(boolean known) {
        return new GpuSource.Report(samples, known ? Optional.of(DriverFaults.worst(driverFaults)) : Optional.empty());
    }

    /**
     * What computed on each GPU when it could last be read. A GPU that hangs or is lost cannot report any more, and
     * just then people want to know. Not thread-safe.
     */
    static final class RecentProcesses {
        /** Later on they are hardly the same any more. */
        static final Duration KEPT_FOR = Duration.ofMinutes(10);

        private final Map<String, Known> known = new HashMap<>();

        private record Known(List<GpuProcess> processes, long sinceNanos) {}

        /** A GPU reports what computes on it. */
        void update(String uuid, List<GpuProcess> processes, long nowNanos) {
            known.put(uuid, new Known(processes, nowNanos));
        }

        /** Of all GPUs, those included that cannot report at the moment. */
        List<GpuProcess> all(long nowNanos) {
            known.values().removeIf(gpu -> nowNanos - gpu.sinceNanos() > KEPT_FOR.toNanos());
            List<GpuProcess> all = new ArrayList<>();
            known.values().forEach(gpu -> all.addAll(gpu.processes()));
            return all;
        }
    }

    /** Distinguishes faults of drivers from faults of GPUs. Stateless. */
    static final class DriverFaults {
        /** The worst first: GPUs that are gone or stopped before GPUs that nobody can ask. */
        private static final List<GpuFault> BY_SEVERITY = List.of(
                GpuFault.LOST,
                GpuFault.RESTART_REQUIRED,
                GpuFault.RESET_REQUIRED,
                GpuFault.HUNG,
                GpuFault.DRIVER_MISSING,
                GpuFault.DRIVER_MISMATCH,
                GpuFault.NO_PERMISSION,
                GpuFault.UNREADABLE,
                GpuFault.NONE);

        private DriverFaults() {}

        /**
         * The fault that all GPUs of a driver have in common, so that it is not theirs; {@link GpuFault#NONE} if there
         * is none. One GPU alone is not enough to say.
         */
        static GpuFault shared(Collection<GpuFault> ofGpus) {
            Set<GpuFault> different = new HashSet<>(ofGpus);
            return ofGpus.size() > 1 && different.size() == 1
                    ? different.iterator().next()
                    : GpuFault.NONE;
        }

        /** The worst; {@link GpuFault#NONE} if there is none. */
        static GpuFault worst(Collection<GpuFault> ofDrivers) {
            return ofDrivers.stream()
                    .min(Comparator.comparingInt(BY_SEVERITY::indexOf))
                    .orElse(GpuFault.NONE);
        }
    }
}
