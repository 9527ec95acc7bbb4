package io.emberwatch.probe.link;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.protocol.Inventory;
import java.util.List;

/** The machine as it is now; asked often, from the link thread, so it must be cheap and never block. */
@FunctionalInterface
public interface MachineView {
    /** What it consists of. */
    Inventory inventory();

    /** What runs on its GPUs; nothing if that is not to be told. */
    default List<GpuProcess> processes() {
        return List.of();
    }
}
