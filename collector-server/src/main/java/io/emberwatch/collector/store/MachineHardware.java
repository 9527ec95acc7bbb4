package io.emberwatch.collector.store;

import java.util.List;

/**
 * What a probe found its machine to be made of; texts are empty where it could not tell.
 *
 * @param cpuCount logical CPUs
 * @param gpus model and UUID of every card ever seen, by slot
 */
public record MachineHardware(
        String model, String os, String kernel, String cpuModel, int cpuCount, List<String> gpus) {}
