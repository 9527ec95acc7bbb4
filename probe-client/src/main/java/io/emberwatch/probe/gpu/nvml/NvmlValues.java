package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.nvml.Nvml.Clock;
import io.emberwatch.probe.gpu.nvml.Nvml.Device;
import io.emberwatch.probe.gpu.nvml.Nvml.EccErrors;
import io.emberwatch.probe.gpu.nvml.Nvml.Field;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a GPU reports into metrics. For one thread. */
final class NvmlValues {
    /** All that a GPU of NVIDIA's may report. */
    static final Set<Metric> METRICS = EnumSet.of(
            Metric.GPU_TEMP_C,
            Metric.GPU_MEM_TEMP_C,
            Metric.GPU_SLOWDOWN_MARGIN_C,
            Metric.GPU_UTIL_PERCENT,
            Metric.GPU_MEM_USED_BYTES,
            Metric.GPU_MEM_TOTAL_BYTES,
            Metric.GPU_POWER_W,
            Metric.GPU_POWER_LIMIT_W,
            Metric.GPU_SM_CLOCK_MHZ,
            Metric.GPU_MEM_CLOCK_MHZ,
            Metric.GPU_FAN_PERCENT,
            Metric.GPU_THROTTLE_REASONS,
            Metric.GPU_ECC_CORRECTED_COUNT,
            Metric.GPU_ECC_UNCORRECTED_COUNT,
            Metric.GPU_MEM_MARGIN_C,
            Metric.GPU_MEM_UTIL_PERCENT,
            Metric.GPU_PERFORMANCE_STATE,
            Metric.GPU_THERMAL_THROTTLING,
            Metric.GPU_REMAPPED_ROW_COUNT,
            Metric.GPU_ROW_REMAP_PENDING,
            Metric.GPU_ROW_REMAP_FAILED,
            Metric.GPU_PCIE_REPLAY_COUNT,
            Metric.GPU_MIG_INSTANCE_COUNT,
            Metric.GPU_PROCESS_COUNT);

    private static final double MILLIWATTS_PER_WATT = 1000;
    private static final int PERCENT = 100;
    /** What NVML calls an unknown performance state. */
    private static final int UNKNOWN_STATE = 32;

    private static final String CORE_TEMP = "core temperature";
    private static final List<Field> FIELDS = List.of(Field.values());

    private final Device device;
    private final GpuFacts facts;
    private final NvmlQuery query;
    private final SlowdownMargin slowdownMargin;
    private final MetricValues.Builder values = MetricValues.builder(Scope.GPU);
    private Map<Field, Integer> fields = Map.of();

    NvmlValues(Device device, GpuFacts facts, NvmlQuery query, SlowdownMargin slowdownMargin) {
        this.device = device;
        this.facts = facts;
        this.query = query;
        this.slowdownMargin = slowdownMargin;
    }

    /**
     * Asks the GPU for everything but its processes.
     *
     * @throws NvmlException if it cannot be read at all
     */
    void ask() throws NvmlException {
        Optional<Integer> core = query.ask(CORE_TEMP, device::coreTempC).filter(SlowdownMargin::isTemperature);
        fields = query.ask(device, FIELDS);
        temperatures(core);
        load();
        powerAndClocks();
        memoryErrors();
        count(Metric.GPU_PCIE_REPLAY_COUNT, "PCIe replays", device::pcieReplays);
        count(Metric.GPU_MIG_INSTANCE_COUNT, "MIG instances", () -> (long) device.migInstances());
    }

    /** How many processes there are is reported always, whoever may know which. */
    List<Nvml.GpuProcess> processes() throws NvmlException {
        Optional<List<Nvml.GpuProcess>> processes = query.ask("processes", device::processes);
        processes.ifPresent(all -> values.setRaw(Metric.GPU_PROCESS_COUNT, all.size()));
        return processes.orElse(List.of());
    }

    /**
     * Why the core's temperature, which this is about, cannot be read though the GPU has one; other values may be fine.
     */
    Optional<NvmlException> coreTempRefusal() {
        return query.refusal(CORE_TEMP);
    }

    /** Number of the {@link RecoveryAdvice.Action}, if the GPU reports it. */
    Optional<Integer> recoveryAction() {
        return Optional.ofNullable(fields.get(Field.RECOVERY_ACTION));
    }

    MetricValues build() {
        return values.build();
    }

    private void temperatures(Optional<Integer> core) throws NvmlException {
        Optional<Integer> memory =
                Optional.ofNullable(fields.get(Field.MEM_TEMP)).filter(SlowdownMargin::isTemperature);
        Optional<Long> reasons = query.ask("throttle reasons", device::throttleReasons);
        Optional<Integer> margin = slowdownMargin.of(
                core, facts.slowdownTempC(), query.ask("T.Limit", device::tLimitC), facts.slowdownOffsetC(), reasons);
        core.ifPresent(celsius -> values.set(Metric.GPU_TEMP_C, celsius));
        memory.ifPresent(celsius -> values.set(Metric.GPU_MEM_TEMP_C, celsius));
        margin.ifPresent(celsius -> values.set(Metric.GPU_SLOWDOWN_MARGIN_C, celsius));
        memory.ifPresent(celsius ->
                facts.info().memMaxTempC().ifPresent(limit -> values.set(Metric.GPU_MEM_MARGIN_C, limit - celsius)));
        reasons.ifPresent(bits -> {
            values.setRaw(Metric.GPU_THROTTLE_REASONS, bits);
            values.setRaw(Metric.GPU_THERMAL_THROTTLING, (bits & SlowdownMargin.HEAT) != 0 ? 1 : 0);
        });
    }

    private void load() throws NvmlException {
        query.ask("utilisation", device::utilisation).ifPresent(used -> {
            share(Metric.GPU_UTIL_PERCENT, used.gpuPercent());
            share(Metric.GPU_MEM_UTIL_PERCENT, used.memPercent());
        });
        query.ask("memory", device::memory)
                .filter(memory ->
                        memory.totalBytes() > 0 && memory.usedBytes() >= 0 && memory.usedBytes() <= memory.totalBytes())
                .ifPresent(memory -> {
                    values.setRaw(Metric.GPU_MEM_USED_BYTES, memory.usedBytes());
                    values.setRaw(Metric.GPU_MEM_TOTAL_BYTES, memory.totalBytes());
                });
    }

    private void powerAndClocks() throws NvmlException {
        watts(Metric.GPU_POWER_W, "power", device::powerMilliwatts);
        watts(Metric.GPU_POWER_LIMIT_W, "power limit", device::powerLimitMilliwatts);
        count(Metric.GPU_SM_CLOCK_MHZ, "SM clock", () -> (long) device.clockMhz(Clock.SM));
        count(Metric.GPU_MEM_CLOCK_MHZ, "memory clock", () -> (long) device.clockMhz(Clock.MEM));
        query.ask("fan", device::fanPercent).ifPresent(speed -> values.set(Metric.GPU_FAN_PERCENT, speed));
        query.ask("performance state", device::performanceState)
                .filter(state -> state != UNKNOWN_STATE)
                .ifPresent(state -> values.setRaw(Metric.GPU_PERFORMANCE_STATE, state));
    }

    private void memoryErrors() throws NvmlException {
        count(Metric.GPU_ECC_CORRECTED_COUNT, "corrected memory errors", () -> device.eccErrors(EccErrors.CORRECTED));
        count(
                Metric.GPU_ECC_UNCORRECTED_COUNT,
                "uncorrected memory errors",
                () -> device.eccErrors(EccErrors.UNCORRECTED));
        Optional<Nvml.RemappedRows> rows = query.ask("remapped rows", device::remappedRows);
        Optional<Boolean> pending = rows.isPresent()
                ? rows.map(Nvml.RemappedRows::pending)
                : query.ask("pending page retirement", device::isPageRetirementPending);
        pending.ifPresent(is -> values.setRaw(Metric.GPU_ROW_REMAP_PENDING, is ? 1 : 0));
        rows.ifPresent(remapped -> {
            values.setRaw(Metric.GPU_REMAPPED_ROW_COUNT, remapped.corrected() + remapped.uncorrected());
            values.setRaw(Metric.GPU_ROW_REMAP_FAILED, remapped.failed() ? 1 : 0);
        });
    }

    private void count(Metric metric, String what, NvmlQuery.Question<Long> question) throws NvmlException {
        query.ask(what, question).ifPresent(count -> values.setRaw(metric, count));
    }

    private void watts(Metric metric, String what, NvmlQuery.Question<Long> question) throws NvmlException {
        query.ask(what, question).ifPresent(milliwatts -> values.set(metric, milliwatts / MILLIWATTS_PER_WATT));
    }

    /** A little more than all there is happens at the end of a sample period; anything else is nonsense. */
    private void share(Metric metric, int percent) {
        values.set(metric, percent > PERCENT && percent <= 2 * PERCENT ? PERCENT : percent);
    }
}
