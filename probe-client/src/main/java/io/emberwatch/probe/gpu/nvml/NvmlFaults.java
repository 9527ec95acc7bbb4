package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.GpuFault;
import java.util.concurrent.ExecutionException;

/** What NVML's answers mean for a card as a whole. Pure. */
final class NvmlFaults {
    private NvmlFaults() {}

    static GpuFault of(NvmlCode code) {
        return switch (code) {
            case SUCCESS -> GpuFault.NONE;
            case GPU_IS_LOST, GPU_NOT_FOUND -> GpuFault.LOST;
            case RESET_REQUIRED -> GpuFault.RESET_REQUIRED;
            case LIBRARY_NOT_FOUND, DRIVER_NOT_LOADED -> GpuFault.DRIVER_MISSING;
            case LIB_RM_VERSION_MISMATCH -> GpuFault.DRIVER_MISMATCH;
            case NO_PERMISSION, OPERATING_SYSTEM -> GpuFault.NO_PERMISSION;
            default -> GpuFault.UNREADABLE;
        };
    }

    /** Why a call in another thread failed. */
    static NvmlCode codeOf(ExecutionException failed) {
        return failed.getCause() instanceof NvmlException refusal ? refusal.code() : NvmlCode.UNKNOWN;
    }

    /** Whether it is no use asking the card for anything else. */
    static boolean endsReading(NvmlCode code) {
        return isGone(code) || isStale(code);
    }

    /** The card may be back one day, and then NVML must begin anew to see it. */
    static boolean isGone(NvmlCode code) {
        return code == NvmlCode.GPU_IS_LOST || code == NvmlCode.RESET_REQUIRED || code == NvmlCode.GPU_NOT_FOUND;
    }

    /** NVML is no longer what it was when it began: the driver was loaded anew or changed. */
    static boolean isStale(NvmlCode code) {
        return code == NvmlCode.UNINITIALIZED
                || code == NvmlCode.DRIVER_NOT_LOADED
                || code == NvmlCode.LIB_RM_VERSION_MISMATCH;
    }

    /** Whether the card, or this release of NVML, does not have the value at all. */
    static boolean isUnsupported(NvmlCode code) {
        return code == NvmlCode.NOT_SUPPORTED
                || code == NvmlCode.FUNCTION_NOT_FOUND
                || code == NvmlCode.DEPRECATED
                || code == NvmlCode.ARGUMENT_VERSION_MISMATCH;
    }
}
