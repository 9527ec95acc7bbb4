package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.GpuFault;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the driver has last asked for, for one card. What is no fault is only logged, once. A reading in which the driver does
 * not say leaves it as it was: a fault is not over because of that. For one thread.
 */
final class RecoveryAdvice {
    private static final Logger log = LoggerFactory.getLogger(RecoveryAdvice.class);

    /** What the kernel module says before it has looked for the first time: nothing. */
    private static final int NOT_DECIDED = 0xff;

    private final String uuid;
    private int last;

    RecoveryAdvice(String uuid) {
        this.uuid = uuid;
    }

    /**
     * Hears what a reading tells.
     *
     * @param number of a {@link RecoveryAction}; empty if it tells none
     * @return what counts now
     */
    RecoveryAction hear(Optional<Integer> number) {
        int now = number.filter(told -> told != NOT_DECIDED).orElse(last);
        RecoveryAction action = RecoveryAction.of(now);
        if (now != last && action != RecoveryAction.NONE && action.fault() == GpuFault.NONE) {
            log.warn(
                    "GPU {}: its driver asks for {} (GPU recovery action {}, see nvidia-smi -q)",
                    uuid,
                    action.words(),
                    now);
        }
        last = now;
        return action;
    }
}
