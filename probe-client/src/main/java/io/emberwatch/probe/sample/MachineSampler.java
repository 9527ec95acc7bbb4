package io.emberwatch.probe.sample;

import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes whole samples. A sampler that fails costs its own values only, and a value that cannot be true only itself: it
 * is counted, and named in the log. Not thread-safe but for {@link #metrics}.
 */
public final class MachineSampler {
    private static final Logger LOG = LoggerFactory.getLogger(MachineSampler.class);

    private static final int MOST_REMARKS = 10;
    private static final int LONGEST_REMARK = 400;

    private final List<Named> samplers;
    private final GpuSource gpus;
    private final Clock clock;
    private final FaultLog faultsOfValues = new FaultLog();
    private final FaultLog faultsOfSamplers = new FaultLog();
    private volatile List<String> remarks = List.of();

    /** @param name what it measures, for the log */
    private record Named(String name, Sampler sampler) {
        static Named of(Sampler sampler) {
            return new Named(
                    sampler.metrics().stream().sorted().map(Metric::column).collect(Collectors.joining(", ")), sampler);
        }
    }

    public MachineSampler(List<Sampler> samplers, GpuSource gpus, Clock clock) {
        this.samplers = samplers.stream().map(Named::of).toList();
        this.gpus = gpus;
        this.clock = clock;
    }

    /** All that a sample of this machine may hold, but for what its GPUs report each. */
    public Set<Metric> metrics() {
        Set<Metric> all = EnumSet.of(Metric.GPU_DRIVER_FAULT, Metric.REJECTED_VALUE_COUNT);
        samplers.forEach(named -> all.addAll(named.sampler().metrics()));
        return all;
    }

    /**
     * What an admin should know of what could not be measured in the last sample, as {@link Sampler#remarks()} but fit to
     * be shown, and not more than some.
     */
    public List<String> remarks() {
        return remarks;
    }

    public Sample take() {
        Instant takenAt = clock.instant();
        Readout readout = new Readout();
        for (Named named : samplers) {
            try {
                named.sampler().sample(readout);
                faultsOfSamplers.recovered(named.name());
            } catch (IOException | RuntimeException | LinkageError e) {
                faultsOfSamplers.report(named.name(), e.toString());
            }
        }
        remark();
        GpuSource.Report report = gpus.read();
        report.driverFault().ifPresent(fault -> readout.put(Metric.GPU_DRIVER_FAULT, fault.code()));
        MetricValues machine = readout.values();
        log("", machine);
        int rejected = machine.rejectedCount();
        for (GpuSample gpu : report.samples()) {
            log("GPU " + gpu.uuid() + ", ", gpu.values());
            rejected += gpu.values().rejectedCount();
        }
        return new Sample(takenAt, machine.plusRejected(rejected), report.samples());
    }

    /** Logs each when it begins to be so, and when it is over. */
    private void remark() {
        List<String> all = samplers.stream()
                .flatMap(named -> named.sampler().remarks().stream())
                .map(remark -> shortened(Texts.oneLine(remark)))
                .toList();
        List<String> now = new ArrayList<>(all.subList(0, Math.min(all.size(), MOST_REMARKS)));
        if (all.size() > now.size()) {
            now.add("and others");
        }
        List<String> before = remarks;
        now.stream().filter(remark -> !before.contains(remark)).forEach(LOG::warn);
        before.stream().filter(remark -> !now.contains(remark)).forEach(remark -> LOG.info("over: {}", remark));
        remarks = List.copyOf(now);
    }

    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_REMARK
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_REMARK)) + "…";
    }

    private void log(String part, MetricValues values) {
        values.forEachPresent((metric, raw) -> faultsOfValues.recovered(part + metric));
        values.forEachRejected((metric, raw) ->
                faultsOfValues.report(part + metric, "measured as " + metric.format(raw) + ", which cannot be"));
    }
}
