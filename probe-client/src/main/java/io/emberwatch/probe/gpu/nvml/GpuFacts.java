package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.nvml.Nvml.Device;
import io.emberwatch.probe.gpu.nvml.Nvml.Threshold;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Texts;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What does not change of a GPU while NVML runs.
 *
 * @param slowdownTempC the constant limit, as far as the GPU reports one
 * @param slowdownOffsetC the T.Limit at which it slows down, as far as the GPU reports it
 */
record GpuFacts(GpuInfo info, Optional<Integer> slowdownTempC, Optional<Integer> slowdownOffsetC) {
    /**
     * Asks a GPU for them.
     *
     * @throws NvmlException if it does not even report its UUID, or is gone
     */
    static GpuFacts of(Device device) throws NvmlException {
        String uuid = device.uuid();
        Asking asking = new Asking(device, new NvmlQuery(uuid, System::nanoTime));
        Map<Threshold, Optional<Integer>> constants = new EnumMap<>(Threshold.class);
        Map<Threshold, Optional<Integer>> limits = new EnumMap<>(Threshold.class);
        for (Threshold threshold : Threshold.values()) {
            constants.put(threshold, asking.constant(threshold));
            limits.put(threshold, asking.limit(threshold, constants.get(threshold)));
        }
        GpuInfo info = new GpuInfo(
                Texts.fit(uuid),
                Texts.fit(asking.text("model", device::model)),
                Texts.fit(asking.text("PCI bus id", device::pciBusId)),
                optionalInt(limits.get(Threshold.SLOWDOWN)),
                optionalInt(limits.get(Threshold.SHUTDOWN)),
                optionalInt(limits.get(Threshold.MEM_MAX)),
                optionalInt(limits.get(Threshold.GPU_MAX)),
                optionalInt(limits.get(Threshold.TARGET)));
        return new GpuFacts(info, constants.get(Threshold.SLOWDOWN), asking.offset(Threshold.SLOWDOWN));
    }

    private static OptionalInt optionalInt(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private record Asking(Device device, NvmlQuery query) {
        String text(String what, NvmlQuery.Question<String> question) throws NvmlException {
            return query.ask(what, question).orElse("");
        }

        Optional<Integer> constant(Threshold threshold) throws NvmlException {
            return query.ask(threshold + " temperature", () -> device.thresholdC(threshold))
                    .filter(SlowdownMargin::isTemperature);
        }

        Optional<Integer> offset(Threshold threshold) throws NvmlException {
            return query.ask(threshold + " T.Limit", () -> device.tLimitOffsetC(threshold));
        }

        /**
         * The constant limit, else the one that follows from T.Limit. That is measured at the core: it says nothing of
         * the memory's temperature. The target has none.
         */
        Optional<Integer> limit(Threshold threshold, Optional<Integer> constant) throws NvmlException {
            if (constant.isPresent() || threshold == Threshold.MEM_MAX || threshold == Threshold.TARGET) {
                return constant;
            }
            return SlowdownMargin.limit(
                    query.ask("core temperature", device::coreTempC).filter(SlowdownMargin::isTemperature),
                    query.ask("T.Limit", device::tLimitC),
                    offset(threshold));
        }
    }
}
