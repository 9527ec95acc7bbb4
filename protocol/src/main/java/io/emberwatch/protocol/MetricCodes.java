package io.emberwatch.protocol;

import java.util.Optional;

/** Metrics whose values are codes and not amounts, in words for people. */
public final class MetricCodes {
    private MetricCodes() {}

    /** Whether the values of this metric are codes: 0 is well, and everything else is something of its own. */
    public static boolean isCode(Metric metric) {
        return words(metric, 0).isPresent();
    }

    /** What this value of a metric means, in a few words; empty if it is an amount that speaks for itself. */
    public static Optional<String> words(Metric metric, double value) {
        long code = Math.round(value);
        return switch (metric) {
            case GPU_FAULT, GPU_DRIVER_FAULT ->
                Optional.of(GpuFault.ofCode(code).words());
            case GPU_FATAL_XID -> Optional.of(code == 0 ? "none" : xid(code));
            case GPU_THERMAL_THROTTLING, GPU_ROW_REMAP_PENDING, GPU_ROW_REMAP_FAILED ->
                Optional.of(code == 0 ? "no" : "yes");
            default -> Optional.empty();
        };
    }

    /** A code beyond what can be sent is none that we could know. */
    private static String xid(long code) {
        Xid xid = Xid.of((int) Math.min(Math.max(code, 0), WireLimits.MAX_XID));
        return "XID " + code + ": " + xid.meaning();
    }
}
