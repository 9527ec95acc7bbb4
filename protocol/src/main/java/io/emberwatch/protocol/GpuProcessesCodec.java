package io.emberwatch.protocol;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The body of GPU_PROCESSES. */
final class GpuProcessesCodec {
    private GpuProcessesCodec() {}

    static void encode(GpuProcesses message, WireWriter out) {
        out.zigzag(message.takenAt().toEpochMilli());
        out.varint(message.processes().size());
        for (GpuProcesses.OnGpu process : message.processes()) {
            WireWriter nested = new WireWriter();
            nested.varint(process.gpuIndex());
            nested.varint(process.pid());
            nested.text(process.name());
            nested.text(process.user());
            nested.varint(process.memUsedBytes());
            out.nested(nested);
        }
    }

    static GpuProcesses decode(WireReader in) throws ProtocolException {
        Instant takenAt = Instant.ofEpochMilli(in.zigzag());
        int count = in.count("process count", 0, WireLimits.MAX_GPU_PROCESSES);
        List<GpuProcesses.OnGpu> processes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            WireReader nested = in.nested("process");
            processes.add(new GpuProcesses.OnGpu(
                    nested.count("GPU index", 0, WireLimits.MAX_GPUS - 1),
                    nested.varint(),
                    nested.text("process name"),
                    nested.text("user"),
                    nested.varint()));
        }
        return new GpuProcesses(takenAt, processes);
    }
}
