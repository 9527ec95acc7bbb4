package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.GpuFacts;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import java.util.Optional;

/**
 * What is wrong, where a number says little: each follows "gpu3 of gpu07", or "gpu07:" if it is the machine.
 *
 * @param now while it is so
 * @param past when it is over
 * @param over what is so instead
 * @param lasts false for what happens at a moment
 */
record StateWords(String now, String past, String over, boolean lasts) {
    /** For this value of a metric; empty if the number is what people want to read. */
    static Optional<StateWords> of(Metric metric, double value, GpuFacts cards) {
        return switch (metric) {
            case GPU_FAULT -> Optional.of(ofCard(GpuFault.ofCode(Math.round(value)), cards));
            case GPU_DRIVER_FAULT -> Optional.of(ofDriver(GpuFault.ofCode(Math.round(value))));
            case GPU_FATAL_XID -> {
                String reported = "reported " + MetricCodes.words(metric, value).orElseThrow();
                yield Optional.of(new StateWords(
                        reported, reported, "has had no fatal XID error told by NVML for an hour", false));
            }
            case GPU_MISSING_COUNT -> Optional.of(ofMissing(Math.round(value), cards.cardCount()));
            case GPU_ECC_UNCORRECTED_COUNT -> {
                String errors = counted(Math.round(value), "uncorrected memory error");
                yield Optional.of(
                        lasting("has " + errors, "had " + errors, "counts no uncorrected memory errors any more"));
            }
            case GPU_THERMAL_THROTTLING ->
                Optional.of(lasting(
                        "slows down because of heat",
                        "slowed down because of heat",
                        "no longer slows down because of heat"));
            case GPU_ROW_REMAP_PENDING ->
                Optional.of(lasting(
                        "needs a reset to replace bad memory",
                        "needed a reset to replace bad memory",
                        "needs no reset for bad memory any more"));
            case GPU_ROW_REMAP_FAILED ->
                Optional.of(lasting(
                        "has bad memory that it cannot replace",
                        "had bad memory that it could not replace",
                        "no longer has bad memory that it cannot replace"));
            default -> Optional.empty();
        };
    }

    private static StateWords ofCard(GpuFault fault, GpuFacts cards) {
        String now = fault == GpuFault.HUNG && cards.hungS().isPresent()
                ? "has not answered for " + Math.round(cards.hungS().getAsDouble()) + " s"
                : fault.words();
        String past = switch (fault) {
            case LOST -> "had fallen off the bus";
            case RESET_REQUIRED -> "needed a reset";
            case RESTART_REQUIRED -> "needed a restart of its machine";
            case HUNG -> "did not answer";
            case DRIVER_MISSING -> "had no driver that works";
            case DRIVER_MISMATCH -> "had a driver that was changed without a restart";
            case NO_PERMISSION, UNREADABLE, NONE -> "could not be read";
        };
        String over = switch (fault) {
            case RESET_REQUIRED -> "needs no reset any more";
            case RESTART_REQUIRED -> "needs no restart of its machine any more";
            default -> "answers again";
        };
        return lasting(now, past, over);
    }

    private static StateWords ofDriver(GpuFault fault) {
        String over = "its GPUs can be read again";
        return switch (fault) {
            case LOST -> lasting("its GPUs have fallen off the bus", "its GPUs had fallen off the bus", over);
            case RESET_REQUIRED -> lasting("its GPUs need a reset", "its GPUs needed a reset", over);
            case RESTART_REQUIRED ->
                lasting("its GPUs need a restart of the machine", "its GPUs needed a restart of the machine", over);
            case HUNG -> lasting("its GPUs do not answer", "its GPUs did not answer", over);
            case DRIVER_MISSING ->
                lasting("its GPUs have no driver that works", "its GPUs had no driver that works", over);
            case DRIVER_MISMATCH ->
                lasting(
                        "its GPU driver was changed without a restart",
                        "its GPU driver had been changed without a restart",
                        over);
            case NO_PERMISSION -> lasting("its GPUs may not be read", "its GPUs could not be read", over);
            case UNREADABLE, NONE -> lasting("its GPUs cannot be read", "its GPUs could not be read", over);
        };
    }

    private static StateWords ofMissing(long missing, int known) {
        String what = known >= missing ? missing + " of its " + counted(known, "GPU") : counted(missing, "GPU");
        boolean isOne = missing == 1;
        return lasting(
                what + (isOne ? " is missing" : " are missing"),
                what + (isOne ? " was missing" : " were missing"),
                "no GPU is missing any more");
    }

    private static StateWords lasting(String now, String past, String over) {
        return new StateWords(now, past, over, true);
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
