package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.GpuFault;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What NVIDIA's driver says must be done for a card to be well again; the numbers are those of {@code
 * nvmlDeviceGpuRecoveryAction_t}. It is kept as long as it is so, other than XID errors, of which NVML tells only some.
 */
enum RecoveryAction {
    NONE(0, GpuFault.NONE, "nothing"),
    GPU_RESET(1, GpuFault.RESET_REQUIRED, "a reset"),
    NODE_REBOOT(2, GpuFault.RESTART_REQUIRED, "a restart of the machine"),
    /** Programs on several cards must end; only then the driver says whether there is more to do. */
    DRAIN_P2P(3, GpuFault.NONE, "an end of what it computes together with other cards"),
    /** It works, without the part that is bad. */
    DRAIN_AND_RESET(4, GpuFault.RESET_REQUIRED, "a reset once what runs on it has ended"),
    /** A fault of machines that share their cards' memory, not of this card; since release 595 of the driver. */
    RECOVER_IMEX_DOMAIN(5, GpuFault.NONE, "a recovery of its IMEX domain"),
    /** This one and the next since release 615. */
    BUS_RESET(6, GpuFault.RESET_REQUIRED, "a reset of its PCIe bus"),
    SYSTEM_REBOOT(7, GpuFault.RESTART_REQUIRED, "a restart of the system"),
    /** Of a newer driver: nobody is alarmed by what may be harmless. */
    UNKNOWN(-1, GpuFault.NONE, "something that this probe does not know");

    private static final Map<Integer, RecoveryAction> BY_NUMBER =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(action -> action.number, Function.identity()));

    private final int number;
    private final GpuFault fault;
    private final String words;

    RecoveryAction(int number, GpuFault fault, String words) {
        this.number = number;
        this.fault = fault;
        this.words = words;
    }

    /** {@link #UNKNOWN} for one that this build does not know. */
    static RecoveryAction of(int number) {
        return BY_NUMBER.getOrDefault(number, UNKNOWN);
    }

    /** What it means for the card; {@link GpuFault#NONE} also where it can be used as it is. */
    GpuFault fault() {
        return fault;
    }

    /** What the driver asks for, for people. */
    String words() {
        return words;
    }
}
