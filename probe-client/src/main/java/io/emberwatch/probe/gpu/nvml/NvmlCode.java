package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.GpuFault;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What NVML answers; the numbers are those of {@code nvmlReturn_t}. */
public enum NvmlCode {
    SUCCESS(0),
    UNINITIALIZED(1),
    INVALID_ARGUMENT(2),
    /** The GPU has no such value. */
    NOT_SUPPORTED(3),
    NO_PERMISSION(4),
    NOT_FOUND(6),
    INSUFFICIENT_SIZE(7),
    /** Its power cables are not, or not properly, plugged in. */
    INSUFFICIENT_POWER(8),
    /** The kernel module is not there. */
    DRIVER_NOT_LOADED(9),
    TIMEOUT(10),
    /** The driver got no interrupts of the GPU. */
    IRQ_ISSUE(11),
    /** There is no NVML on this machine. */
    LIBRARY_NOT_FOUND(12),
    /** This version of NVML has no such function. */
    FUNCTION_NOT_FOUND(13),
    CORRUPTED_INFOROM(14),
    /** The GPU fell off the bus, or is otherwise out of reach. */
    GPU_IS_LOST(15),
    /** The GPU must be reset before it can be used again. */
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

    /** What it means for a GPU as a whole. */
    GpuFault fault() {
        return switch (this) {
            case SUCCESS -> GpuFault.NONE;
            case GPU_IS_LOST, GPU_NOT_FOUND -> GpuFault.LOST;
            case RESET_REQUIRED -> GpuFault.RESET_REQUIRED;
            case LIBRARY_NOT_FOUND, DRIVER_NOT_LOADED -> GpuFault.DRIVER_MISSING;
            case LIB_RM_VERSION_MISMATCH -> GpuFault.DRIVER_MISMATCH;
            case NO_PERMISSION, OPERATING_SYSTEM -> GpuFault.NO_PERMISSION;
            default -> GpuFault.UNREADABLE;
        };
    }

    /** Whether it is no use asking the GPU for anything else. */
    boolean endsReading() {
        return isGone() || isStale();
    }

    /** The GPU may be back one day, and then NVML must begin anew to see it. */
    boolean isGone() {
        return this == GPU_IS_LOST || this == RESET_REQUIRED || this == GPU_NOT_FOUND;
    }

    /** NVML is no longer what it was when it began: the driver was loaded anew or changed. */
    boolean isStale() {
        return this == UNINITIALIZED || this == DRIVER_NOT_LOADED || this == LIB_RM_VERSION_MISMATCH;
    }

    /** Whether the GPU, or this release of NVML, does not have the value at all. */
    boolean isUnsupported() {
        return this == NOT_SUPPORTED
                || this == FUNCTION_NOT_FOUND
                || this == DEPRECATED
                || this == ARGUMENT_VERSION_MISMATCH;
    }
}
