/**
 * NVIDIA's management library, bound as far as the probe needs it. OSHI has a binding too, but it initialises and shuts
 * NVML down around each call, names no UUIDs and cannot tell a lost GPU from a missing driver.
 */
package io.emberwatch.probe.gpu.nvml;
