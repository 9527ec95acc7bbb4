package io.emberwatch.probe.gpu;

/**
 * A process that computes on a GPU.
 *
 * @param uuid of the GPU
 * @param name of its program; empty if unknown
 * @param user whose it is; empty if unknown
 * @param memUsedBytes of the GPU's memory; 0 if unknown
 */
public record GpuProcess(String uuid, long pid, String name, String user, long memUsedBytes) {}
