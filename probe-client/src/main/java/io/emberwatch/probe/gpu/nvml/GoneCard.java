package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.GpuCard;
import io.emberwatch.probe.gpu.GpuFaultException;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;

/** A card that NVML counts but cannot name any more; it is known from before. */
record GoneCard(GpuInfo info, GpuFault fault, String problem) implements GpuCard {
    @Override
    public CardReading read() throws GpuFaultException {
        throw new GpuFaultException(fault, problem, null);
    }
}
