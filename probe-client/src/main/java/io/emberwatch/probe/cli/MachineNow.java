package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.link.MachineView;
import io.emberwatch.probe.sample.MachineFacts;
import io.emberwatch.protocol.Inventory;
import java.util.List;

/**
 * This machine, as its link tells it.
 *
 * @param tellsProcesses whether the collector may know what runs on its GPUs
 */
record MachineNow(MachineFacts facts, GpuSource gpus, boolean tellsProcesses) implements MachineView {
    @Override
    public Inventory inventory() {
        return facts.withGpus(gpus.inventory(), gpus.driver());
    }

    @Override
    public List<GpuProcess> processes() {
        return tellsProcesses ? gpus.processes() : List.of();
    }
}
