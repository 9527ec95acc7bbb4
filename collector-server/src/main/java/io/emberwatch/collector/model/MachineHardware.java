package io.emberwatch.collector.model;

import java.util.OptionalInt;

/**
 * What a probe found its machine to be made of, but for its cards; texts are empty where it could not tell.
 *
 * @param cpuCount logical CPUs
 * @param virtualization {@code none} for bare metal, else the hypervisor's name
 * @param gpuDriver name and version of the driver of its GPUs
 * @param tempSensorCount sensors that tell a temperature of its CPUs; empty if the probe does not tell
 */
public record MachineHardware(
        String model,
        String os,
        String kernel,
        String cpuModel,
        int cpuCount,
        String virtualization,
        String gpuDriver,
        OptionalInt tempSensorCount) {}
