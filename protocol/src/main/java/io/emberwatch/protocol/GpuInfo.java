package io.emberwatch.protocol;

import java.util.OptionalInt;

/**
 * One GPU of a machine, or a reference to one that is gone, see {@link #isReference()}.
 *
 * <p>A temperature that cannot be true, as {@code gpu_temp_c} has it, is taken for unknown.
 *
 * @param uuid the card's own identity, the same in every slot and machine, for example {@code GPU-5c1f…}
 * @param model for example {@code NVIDIA H200}; empty if unknown
 * @param pciBusId for example {@code 0000:3b:00.0}; empty if unknown
 * @param slowdownTempC core temperature at which the card slows itself down
 * @param shutdownTempC core temperature at which the card turns itself off
 * @param memMaxTempC highest memory temperature for safe operation
 * @param gpuMaxTempC highest core temperature in normal operation
 * @param targetTempC core temperature that the card aims for under load: it is well there for as long as it likes
 */
public record GpuInfo(
        String uuid,
        String model,
        String pciBusId,
        OptionalInt slowdownTempC,
        OptionalInt shutdownTempC,
        OptionalInt memMaxTempC,
        OptionalInt gpuMaxTempC,
        OptionalInt targetTempC) {
    public GpuInfo {
        if (uuid.isEmpty()) {
            throw new IllegalArgumentException("a GPU needs a UUID");
        }
        Texts.requireText("GPU UUID", uuid);
        Texts.requireText("GPU model", model);
        Texts.requireText("PCI bus id", pciBusId);
        slowdownTempC = credible(slowdownTempC);
        shutdownTempC = credible(shutdownTempC);
        memMaxTempC = credible(memMaxTempC);
        gpuMaxTempC = credible(gpuMaxTempC);
        targetTempC = credible(targetTempC);
    }

    private static OptionalInt credible(OptionalInt tempC) {
        boolean isCredible =
                tempC.isPresent() && Metric.GPU_TEMP_C.isCredible(Metric.GPU_TEMP_C.toRaw(tempC.getAsInt()));
        return isCredible ? tempC : OptionalInt.empty();
    }

    /** A card of which no temperature limit is known. */
    public static GpuInfo withoutLimits(String uuid, String model, String pciBusId) {
        OptionalInt none = OptionalInt.empty();
        return new GpuInfo(uuid, model, pciBusId, none, none, none, none, none);
    }

    /** A card that is not there any more, but that readings refer to. */
    public static GpuInfo reference(String uuid) {
        return withoutLimits(uuid, "", "");
    }

    /** Whether nothing but the identity is known: the machine does not show the card, only its older readings do. */
    public boolean isReference() {
        return model.isEmpty() && pciBusId.isEmpty();
    }
}
