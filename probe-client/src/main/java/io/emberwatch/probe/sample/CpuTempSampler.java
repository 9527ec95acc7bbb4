package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;

/** The hottest CPU package. */
final class CpuTempSampler implements Sampler {
    private final CpuSensors cpus;

    CpuTempSampler(CpuSensors cpus) {
        this.cpus = cpus;
    }

    @Override
    public void sample(Readout readout) {
        readout.put(Metric.CPU_TEMP_C, cpus.hottest());
    }
}
