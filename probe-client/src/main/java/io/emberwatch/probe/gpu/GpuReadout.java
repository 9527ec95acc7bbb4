package io.emberwatch.probe.gpu;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.WireLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One reading of all cards, while it is put together from what they answered. Not thread-safe. */
final class GpuReadout {
    /** What is told of each card, whatever its driver. */
    static final Set<Metric> METRICS = EnumSet.of(Metric.GPU_FAULT, Metric.GPU_HUNG_S, Metric.GPU_FATAL_XID);

    /**
     * What a fatal XID error ends in. Such a fault says it all: the error itself is in the reading, but is no alarm beside it,
     * nor one once the card is back. One that was an alarm before the fault showed is so for its hour.
     */
    private static final Set<GpuFault> OUT_OF_USE =
            EnumSet.of(GpuFault.LOST, GpuFault.RESET_REQUIRED, GpuFault.RESTART_REQUIRED);

    private final XidBook xids;
    private final LastProcesses processes;
    private final GpuLog log;
    private final long nowNanos;
    private final List<GpuSample> samples = new ArrayList<>();
    private final List<GpuFault> driverFaults = new ArrayList<>();
    private int nextIndex;

    GpuReadout(XidBook xids, LastProcesses processes, GpuLog log, long nowNanos) {
        this.xids = xids;
        this.processes = processes;
        this.log = log;
        this.nowNanos = nowNanos;
    }

    /**
     * Adds the cards of a driver. If all have the same fault, it is the driver's.
     *
     * @return the cards with which something is wrong, by UUID
     */
    Map<String, GpuFault> add(WatchedDriver driver, Map<GpuInfo, CardOutcome> outcomes) {
        GpuFault shared = DriverFaults.shared(
                outcomes.values().stream().map(CardOutcome::faultAsAWhole).toList());
        boolean anyAnswers = outcomes.values().stream().anyMatch(CardOutcome::hasValues);
        GpuFault fault = DriverFaults.worst(List.of(driver.fault(anyAnswers), shared));
        driverFaults.add(fault);
        log.driver(driver.name(), fault);
        if (fault == GpuFault.NONE) {
            outcomes.forEach((card, outcome) -> addCard(driver, card, outcome));
        } else {
            driver.inventory().forEach(card -> addXidsOnly(card.uuid(), fault));
        }
        return outcomes.entrySet().stream()
                .filter(card -> card.getValue().fault() != GpuFault.NONE)
                .collect(Collectors.toMap(
                        card -> card.getKey().uuid(), card -> card.getValue().fault()));
    }

    private void addCard(WatchedDriver driver, GpuInfo card, CardOutcome outcome) {
        log.card(nextIndex++, card, outcome);
        if (outcome.isUnknown()) {
            addXidsOnly(card.uuid(), GpuFault.NONE);
            return;
        }
        if (outcome.hasValues()) {
            processes.told(card.uuid(), outcome.processes(), nowNanos);
        }
        MetricValues.Builder values = MetricValues.builder(Scope.GPU);
        outcome.values().forEachPresent(values::setRaw);
        values.setRaw(Metric.GPU_FAULT, outcome.fault().code());
        values.setRaw(Metric.GPU_HUNG_S, outcome.hungS());
        if (OUT_OF_USE.contains(outcome.fault())) {
            xids.settle(card.uuid());
        }
        setFatalXid(values, driver, card.uuid());
        samples.add(new GpuSample(card.uuid(), values.build(), xids.take(card.uuid())));
    }

    private void setFatalXid(MetricValues.Builder values, WatchedDriver driver, String uuid) {
        int fatal = xids.fatal(uuid, nowNanos);
        if (fatal != 0 || (driver.tellsXids(uuid) && xids.hasHeardLongEnough(nowNanos))) {
            values.setRaw(Metric.GPU_FATAL_XID, fatal);
        }
    }

    /** Of a card that is left out, errors are told all the same: they say why. */
    private void addXidsOnly(String uuid, GpuFault fault) {
        if (OUT_OF_USE.contains(fault)) {
            xids.settle(uuid);
        }
        if (xids.isWaiting(uuid)) {
            samples.add(new GpuSample(uuid, MetricValues.empty(Scope.GPU), xids.take(uuid)));
        }
    }

    /** What computes on all cards, those with the most memory first. */
    List<GpuProcess> processes() {
        return processes.all(nowNanos).stream()
                .sorted(Comparator.comparingLong(GpuProcess::memUsedBytes).reversed())
                .limit(WireLimits.MAX_GPU_PROCESSES)
                .toList();
    }

    /** @param known whether it is known of each driver which cards it has, or what is wrong with it */
    GpuReport report(boolean known) {
        return new GpuReport(samples, known ? Optional.of(DriverFaults.worst(driverFaults)) : Optional.empty());
    }
}
