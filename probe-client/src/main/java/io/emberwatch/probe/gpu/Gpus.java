package io.emberwatch.probe.gpu;

import io.emberwatch.probe.gpu.nvml.NvmlDriver;
import io.emberwatch.probe.gpu.sysfs.SysfsDriver;
import io.emberwatch.probe.kernel.KernelTree;
import java.util.List;

/** All cards of this machine, whatever their makers. */
public final class Gpus {
    private Gpus() {}

    /**
     * The drivers to ask; those that know more of a card come first.
     *
     * @param tellProcesses whether to tell what computes on the cards
     */
    public static WatchedGpus ofMachine(KernelTree tree, boolean tellProcesses) {
        return new WatchedGpus(
                List.of(NvmlDriver.ofMachine(tree, tellProcesses), SysfsDriver.ofMachine(tree)),
                WatchedGpus.USUAL_DEADLINE,
                System::nanoTime);
    }
}
