package io.emberwatch.probe.app;

import io.emberwatch.probe.gpu.GpuPoller;
import io.emberwatch.probe.gpu.nvml.NvmlDriver;
import io.emberwatch.probe.gpu.sysfs.SysfsDriver;
import io.emberwatch.probe.kernel.KernelTree;
import java.util.List;
import java.util.function.Supplier;
import oshi.hardware.GraphicsCard;

/** All GPUs of this machine, whatever their makers. */
public final class Gpus {
    private Gpus() {}

    /**
     * The drivers to ask; those that know more of a GPU come first.
     *
     * @param oshi OSHI's list of GPUs, for the names of models; asked only when GPUs are looked for
     * @param reportProcesses whether to report what computes on the GPUs
     */
    public static GpuPoller ofMachine(KernelTree tree, Supplier<List<GraphicsCard>> oshi, boolean reportProcesses) {
        return new GpuPoller(
                List.of(NvmlDriver.ofMachine(tree, reportProcesses), new SysfsDriver(tree, oshi, System::nanoTime)),
                GpuPoller.USUAL_DEADLINE,
                System::nanoTime);
    }
}
