package io.emberwatch.probe.gpu;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.protocol.GpuFault;
import java.util.List;
import java.util.Optional;

/**
 * What the GPUs of this machine reported at one moment.
 *
 * @param samples at most one for each card; a card that cannot be read is in it with its {@code gpu_fault}, unless that is
 *     the fault of its driver
 * @param driverFault of the driver that is worst off; empty while it is not known yet which cards there are, or not of all
 */
public record GpuReport(List<GpuSample> samples, Optional<GpuFault> driverFault) {
    /** Of a machine without GPUs, or before the first look. */
    public static final GpuReport NOTHING = new GpuReport(List.of(), Optional.empty());

    public GpuReport {
        samples = List.copyOf(samples);
    }
}
