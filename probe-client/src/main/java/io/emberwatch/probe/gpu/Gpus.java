package io.emberwatch.probe.gpu;

import io.emberwatch.probe.gpu.nvml.NvmlDriver;
import io.emberwatch.probe.gpu.sysfs.SysfsDriver;
import io.emberwatch.probe.kernel.KernelTree;
import java.util.List;
import java.util.function.Supplier;
import oshi.hardware.GraphicsCard;

/** All cards of this machine, whatever their makers. */
public final class Gpus {
    private Gpus() {}

    /**
     * The drivers to ask; those that know more of a card come first.
     *
     * @param oshi OSHI's list of cards, for the names of models; asked only when cards are looked for
     * @param tellProcesses whether to tell what computes on the cards
     */
    public static WatchedGpus ofMachine(KernelTree tree, Supplier<List<GraphicsCard>> oshi, boolean tellProcesses) {
        return new WatchedGpus(
                List.of(NvmlDriver.ofMachine(tree, tellProcesses), new SysfsDriver(tree, oshi, System::nanoTime)),
                WatchedGpus.USUAL_DEADLINE,
                System::nanoTime);
    }
}
