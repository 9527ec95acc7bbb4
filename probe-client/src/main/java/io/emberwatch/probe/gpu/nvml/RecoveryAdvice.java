package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.GpuFault;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the driver has last asked for, for one GPU. What is no fault is only logged, once. A reading in which the driver
 * does not say leaves it as it was: a fault is not over because of that. For one thread.
 */
final class RecoveryAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryAdvice.class);

    /** What the kernel module says before it has looked for the first time: nothing. */
    private static final int NOT_DECIDED = 0xff;

    private final String uuid;
    private int last;

    RecoveryAdvice(String uuid) {
        this.uuid = uuid;
    }

    /**
     * Hears what a reading reports.
     *
     * @param number of a {@link Action}; empty if it reports none
     * @return what counts now
     */
    Action update(Optional<Integer> number) {
        int now = number.filter(reported -> reported != NOT_DECIDED).orElse(last);
        Action action = Action.of(now);
        if (now != last && action != Action.NONE && action.fault() == GpuFault.NONE) {
            LOG.warn(
                    "GPU {}: its driver asks for {} (GPU recovery action {}, see nvidia-smi -q)",
                    uuid,
                    action.words(),
                    now);
        }
        last = now;
        return action;
    }

    /**
     * What NVIDIA's driver says must be done for a GPU to be well again; the numbers are those of {@code
     * nvmlDeviceGpuRecoveryAction_t}. It is kept as long as it is so, other than XID errors, of which NVML reports only
     * some.
     */
    enum Action {
        NONE(0, GpuFault.NONE, "nothing"),
        GPU_RESET(1, GpuFault.RESET_REQUIRED, "a reset"),
        NODE_REBOOT(2, GpuFault.RESTART_REQUIRED, "a restart of the machine"),
        /** Programs on several GPUs must end; only then the driver says whether there is more to do. */
        DRAIN_P2P(3, GpuFault.NONE, "an end of what it computes together with other cards"),
        /** It works, without the part that is bad. */
        DRAIN_AND_RESET(4, GpuFault.RESET_REQUIRED, "a reset once what runs on it has ended"),
        /** A fault of machines that share their GPUs' memory, not of this GPU; since release 595 of the driver. */
        RECOVER_IMEX_DOMAIN(5, GpuFault.NONE, "a recovery of its IMEX domain"),
        /** This one and the next since release 615. */
        BUS_RESET(6, GpuFault.RESET_REQUIRED, "a reset of its PCIe bus"),
        SYSTEM_REBOOT(7, GpuFault.RESTART_REQUIRED, "a restart of the system"),
        /** Of a newer driver: nobody is alarmed by what may be harmless. */
        UNKNOWN(-1, GpuFault.NONE, "something that this probe does not know");

        private static final Map<Integer, Action> BY_NUMBER =
                Stream.of(values()).collect(Collectors.toUnmodifiableMap(action -> action.number, Function.identity()));

        private final int number;
        private final GpuFault fault;
        private final String words;

        Action(int number, GpuFault fault, String words) {
            this.number = number;
            this.fault = fault;
            this.words = words;
        }

        /** {@link #UNKNOWN} for one that this build does not know. */
        static Action of(int number) {
            return BY_NUMBER.getOrDefault(number, UNKNOWN);
        }

        /** What it means for the GPU; {@link GpuFault#NONE} also where it can be used as it is. */
        GpuFault fault() {
            return fault;
        }

        /** What the driver asks for, for people. */
        String words() {
            return words;
        }
    }
}
