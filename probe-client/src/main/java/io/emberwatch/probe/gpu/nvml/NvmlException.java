package io.emberwatch.probe.gpu.nvml;

import java.util.concurrent.ExecutionException;

/** A call that NVML did not answer with success. */
public final class NvmlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final NvmlCode code;

    public NvmlException(NvmlCode code, String function) {
        this(code, function, null);
    }

    public NvmlException(NvmlCode code, String function, Throwable cause) {
        super(function + ": " + code, cause);
        this.code = code;
    }

    public NvmlCode code() {
        return code;
    }

    /** Why a call in another thread failed. */
    static NvmlCode codeOf(ExecutionException failed) {
        return failed.getCause() instanceof NvmlException refusal ? refusal.code() : NvmlCode.UNKNOWN;
    }
}
