package io.emberwatch.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The body of INVENTORY. */
final class InventoryCodec {
    private InventoryCodec() {}

    static void encode(Inventory inventory, WireWriter out) {
        out.text(inventory.hostname());
        out.text(inventory.model());
        out.text(inventory.os());
        out.text(inventory.kernel());
        out.text(inventory.cpuModel());
        out.varint(inventory.cpuCount());
        out.varint(inventory.memTotalBytes());
        out.text(inventory.virtualization());
        out.varint(inventory.gpus().size());
        for (GpuInfo gpu : inventory.gpus()) {
            WireWriter nested = new WireWriter();
            nested.text(gpu.uuid());
            nested.text(gpu.model());
            nested.text(gpu.pciBusId());
            writeOptional(gpu.slowdownTempC(), nested);
            writeOptional(gpu.shutdownTempC(), nested);
            writeOptional(gpu.memMaxTempC(), nested);
            writeOptional(gpu.gpuMaxTempC(), nested);
            writeOptional(gpu.targetTempC(), nested);
            out.nested(nested);
        }
        out.text(inventory.gpuDriver());
        writeOptional(inventory.tempSensorCount(), out);
    }

    static Inventory decode(WireReader in) throws ProtocolException {
        String hostname = in.text("hostname");
        String model = in.text("model");
        String os = in.text("os");
        String kernel = in.text("kernel");
        String cpuModel = in.text("CPU model");
        long cpuCount = in.varint();
        long memTotalBytes = in.varint();
        String virtualization = in.text("virtualization");
        int gpuCount = in.count("GPU count", 0, WireLimits.MAX_GPUS);
        List<GpuInfo> gpus = new ArrayList<>(gpuCount);
        for (int i = 0; i < gpuCount; i++) {
            WireReader nested = in.nested("GPU");
            gpus.add(new GpuInfo(
                    nested.text("GPU UUID"),
                    nested.text("GPU model"),
                    nested.text("PCI bus id"),
                    readOptional(nested),
                    readOptional(nested),
                    readOptional(nested),
                    readAdded(nested),
                    readAdded(nested)));
        }
        // Older probes report neither.
        String gpuDriver = in.remaining() == 0 ? "" : in.text("GPU driver");
        OptionalInt tempSensorCount = readAdded(in);
        return new Inventory(
                hostname,
                model,
                os,
                kernel,
                cpuModel,
                cpuCount == (int) cpuCount ? (int) cpuCount : 0,
                memTotalBytes,
                virtualization,
                gpus,
                gpuDriver,
                tempSensorCount);
    }

    /** Absent as 0; else the number, zigzag, plus one so that 0 is free. */
    private static void writeOptional(OptionalInt value, WireWriter out) {
        out.varint(value.isEmpty() ? 0 : 1 + zigzagOf(value.getAsInt()));
    }

    /** A field that probes of before do not send. */
    private static OptionalInt readAdded(WireReader in) throws ProtocolException {
        return in.remaining() == 0 ? OptionalInt.empty() : readOptional(in);
    }

    /** A number too large for the field is as good as unknown: an inventory is worth more than one of its numbers. */
    private static OptionalInt readOptional(WireReader in) throws ProtocolException {
        long shifted = in.varint();
        long zigzag = shifted - 1;
        long value = (zigzag >>> 1) ^ -(zigzag & 1);
        return shifted == 0 || value != (int) value ? OptionalInt.empty() : OptionalInt.of((int) value);
    }

    private static long zigzagOf(long value) {
        return (value << 1) ^ (value >> 63);
    }
}
