package io.emberwatch.protocol;

import java.time.Instant;
import java.util.List;

/**
 * What runs on the machine's GPUs now: a replacement for the message of the same type before, not a part of the history
 * that readings are.
 *
 * @param takenAt the machine's clock
 * @param processes at most {@value WireLimits#MAX_GPU_PROCESSES}; one that computes on two GPUs is there twice
 */
public record GpuProcesses(Instant takenAt, List<OnGpu> processes) implements Message {
    public GpuProcesses {
        takenAt = Times.requireTime("time", takenAt);
        processes = List.copyOf(processes);
        if (processes.size() > WireLimits.MAX_GPU_PROCESSES) {
            throw new IllegalArgumentException(
                    "more than " + WireLimits.MAX_GPU_PROCESSES + " processes: " + processes.size());
        }
    }

    /**
     * A process on a GPU.
     *
     * @param gpuIndex position of the GPU in the last {@link Inventory} sent on this session
     * @param pid number of the process on its machine; 0 if that cannot be true
     * @param name of its program; empty if unknown
     * @param user whose it is; empty if unknown
     * @param memUsedBytes of the GPU's memory; 0 if unknown, or if it cannot be true
     */
    public record OnGpu(int gpuIndex, long pid, String name, String user, long memUsedBytes) {
        public OnGpu {
            if (gpuIndex < 0 || gpuIndex >= WireLimits.MAX_GPUS) {
                throw new IllegalArgumentException(
                        "GPU index must be 0 to " + (WireLimits.MAX_GPUS - 1) + ", but is " + gpuIndex);
            }
            pid = Math.max(pid, 0);
            memUsedBytes = Metric.GPU_MEM_USED_BYTES.isCredible(memUsedBytes) ? memUsedBytes : 0;
            Texts.requireText("process name", name);
            Texts.requireText("user", user);
        }
    }
}
