package io.emberwatch.probe.sample;

import io.emberwatch.probe.gpu.GpuReport;
import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Takes whole samples. A sampler that fails costs its own values only. Not thread-safe. */
public final class MachineSampler {
    private final List<Sampler> samplers;
    private final GpuSource gpus;
    private final Clock clock;
    private final FaultLog faults = new FaultLog();

    public MachineSampler(List<Sampler> samplers, GpuSource gpus, Clock clock) {
        this.samplers = List.copyOf(samplers);
        this.gpus = gpus;
        this.clock = clock;
    }

    public Sample take() {
        Instant takenAt = clock.instant();
        Readout readout = new Readout(faults);
        for (Sampler sampler : samplers) {
            String name = sampler.getClass().getSimpleName();
            try {
                sampler.sample(readout);
                faults.recovered(name);
            } catch (IOException | RuntimeException | LinkageError e) {
                faults.report(name, e.toString());
            }
        }
        GpuReport report = gpus.read();
        report.driverFault().ifPresent(fault -> readout.put(Metric.GPU_DRIVER_FAULT, fault.code()));
        return new Sample(takenAt, readout.values(), report.samples());
    }
}
