package io.emberwatch.probe.gpu.nvml;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What NVML answers; the numbers are those of {@code nvmlReturn_t}. */
public enum NvmlCode {
    SUCCESS(0),
    UNINITIALIZED(1),
    INVALID_ARGUMENT(2),
    /** The card has no such value. */
    NOT_SUPPORTED(3),
    NO_PERMISSION(4),
    NOT_FOUND(6),
    INSUFFICIENT_SIZE(7),
    /** Its power cables are not, or not properly, plugged in. */
    INSUFFICIENT_POWER(8),
    /** The kernel module is not there. */
    DRIVER_NOT_LOADED(9),
    TIMEOUT(10),
    /** The driver got no interrupts of the card. */
    IRQ_ISSUE(11),
    /** There is no NVML on this machine. */
    LIBRARY_NOT_FOUND(12),
    /** This version of NVML has no such function. */
    FUNCTION_NOT_FOUND(13),
    CORRUPTED_INFOROM(14),
    /** The card fell off the bus, or is otherwise out of reach. */
    GPU_IS_LOST(15),
    /** The card must be reset before it can be used again. */
    RESET_REQUIRED(16),
    /** Blocked by the operating system or a control group. */
    OPERATING_SYSTEM(17),
    /** The library and the kernel module are of different versions, as after an upgrade without a restart. */
    LIB_RM_VERSION_MISMATCH(18),
    IN_USE(19),
    MEMORY(20),
    NO_DATA(21),
    ARGUMENT_VERSION_MISMATCH(25),
    /** Newer releases have the value no longer. */
    DEPRECATED(26),
    NOT_READY(27),
    GPU_NOT_FOUND(28),
    INVALID_STATE(29),
    UNKNOWN(999);

    private static final Map<Integer, NvmlCode> BY_NUMBER =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(code -> code.number, Function.identity()));

    private final int number;

    NvmlCode(int number) {
        this.number = number;
    }

    /** {@link #UNKNOWN} for one that this build does not know. */
    static NvmlCode of(int number) {
        return BY_NUMBER.getOrDefault(number, UNKNOWN);
    }
}
