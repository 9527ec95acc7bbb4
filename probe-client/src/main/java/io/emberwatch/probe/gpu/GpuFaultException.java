package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;

/** A card that cannot be read, and why. */
public final class GpuFaultException extends Exception {
    private static final long serialVersionUID = 1L;

    private final GpuFault fault;

    /** @param fault not {@link GpuFault#NONE} */
    public GpuFaultException(GpuFault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public GpuFault fault() {
        return fault;
    }
}
