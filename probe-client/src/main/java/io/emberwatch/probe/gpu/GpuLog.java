package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what becomes of GPUs and drivers when it changes, not at every reading. Not thread-safe. */
final class GpuLog {
    private static final Logger LOG = LoggerFactory.getLogger(GpuLog.class);

    private final Map<String, GpuFault> faults = new HashMap<>();
    private int lastCount;

    void gpus(int count) {
        if (count != lastCount) {
            LOG.info("GPUs known: {} instead of {}", count, lastCount);
            lastCount = count;
        }
    }

    void driver(String name, GpuFault fault) {
        if (changed(name, fault)) {
            if (fault == GpuFault.NONE) {
                LOG.info("{}: works again", name);
            } else {
                LOG.warn("{}: each card {}; readings go without its GPUs until it works", name, fault.words());
            }
        }
    }

    void gpu(int index, GpuInfo gpu, WatchedGpu.Outcome outcome) {
        if (!outcome.isUnknown() && changed(gpu.uuid(), outcome.fault())) {
            if (outcome.fault() == GpuFault.NONE) {
                LOG.info("GPU {} {} ({}): is well again", index, gpu.uuid(), gpu.pciBusId());
            } else {
                LOG.warn(
                        "GPU {} {} ({}): {}: {}",
                        index,
                        gpu.uuid(),
                        gpu.pciBusId(),
                        outcome.fault().words(),
                        outcome.problem());
            }
        }
    }

    private boolean changed(String what, GpuFault fault) {
        GpuFault before = fault == GpuFault.NONE ? faults.remove(what) : faults.put(what, fault);
        return before == null ? fault != GpuFault.NONE : before != fault;
    }
}
