package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.Set;
import oshi.hardware.GlobalMemory;

/** Memory and swap. In use is what is not available: caches can be given back and do not count. */
final class MemorySampler implements Sampler {
    private final GlobalMemory memory;

    MemorySampler(GlobalMemory memory) {
        this.memory = memory;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.MEM_TOTAL_BYTES, Metric.MEM_USED_BYTES, Metric.MEM_USED_PERCENT, Metric.SWAP_USED_BYTES);
    }

    @Override
    public void sample(Readout readout) {
        long total = memory.getTotal();
        if (total > 0) {
            long used = total - memory.getAvailable();
            readout.put(Metric.MEM_TOTAL_BYTES, total);
            // In a container the one may be the container's and the other the host's: then nobody knows.
            if (used >= 0) {
                readout.put(Metric.MEM_USED_BYTES, used);
                readout.put(Metric.MEM_USED_PERCENT, 100.0 * used / total);
            }
        }
        readout.put(Metric.SWAP_USED_BYTES, memory.getVirtualMemory().getSwapUsed());
    }
}
