package io.emberwatch.probe.gpu.nvml;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A GPU of {@link FakeNvml}; its handle is valid for one beginning. */
record FakeDevice(FakeNvml nvml, int index, int beginning) implements Nvml.Device {
    void register() throws NvmlException {
        nvml.numberIfAny(this, FakeNvml.LISTENING);
    }

    @Override
    public String uuid() throws NvmlException {
        return nvml.text(this, "uuid");
    }

    @Override
    public String model() throws NvmlException {
        return nvml.text(this, "name");
    }

    @Override
    public String pciBusId() throws NvmlException {
        return nvml.text(this, "bus").substring("0000".length()).toLowerCase(Locale.ROOT);
    }

    @Override
    public int coreTempC() throws NvmlException {
        nvml.temperatureCalls.incrementAndGet();
        return (int) nvml.number(this, "temp");
    }

    @Override
    public List<Nvml.FieldAnswer> fields(List<Nvml.Field> fields) throws NvmlException {
        return nvml.fields(this, fields);
    }

    @Override
    public int thresholdC(Nvml.Threshold threshold) throws NvmlException {
        return (int) nvml.number(this, threshold.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public int tLimitC() throws NvmlException {
        nvml.requireNew("margin");
        return (int) nvml.number(this, "margin");
    }

    @Override
    public int tLimitOffsetC(Nvml.Threshold threshold) throws NvmlException {
        return (int) nvml.number(this, "tlimit_" + threshold.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public Nvml.Utilisation utilisation() throws NvmlException {
        return new Nvml.Utilisation((int) nvml.number(this, "util"), (int) nvml.number(this, "mem_util"));
    }

    @Override
    public Nvml.MemoryUse memory() throws NvmlException {
        return new Nvml.MemoryUse(
                nvml.number(this, "mem_total"), nvml.number(this, "mem_used") + nvml.memoryInTheWay(index));
    }

    @Override
    public long powerMilliwatts() throws NvmlException {
        return nvml.number(this, "power");
    }

    @Override
    public long powerLimitMilliwatts() throws NvmlException {
        return nvml.number(this, "power_limit");
    }

    @Override
    public int clockMhz(Nvml.Clock clock) throws NvmlException {
        return (int) nvml.number(this, clock == Nvml.Clock.SM ? "sm_clock" : "mem_clock");
    }

    @Override
    public int fanPercent() throws NvmlException {
        return (int) nvml.number(this, "fan");
    }

    @Override
    public int performanceState() throws NvmlException {
        return (int) nvml.number(this, "pstate");
    }

    @Override
    public long throttleReasons() throws NvmlException {
        return nvml.number(this, "throttle");
    }

    @Override
    public long eccErrors(Nvml.EccErrors kind) throws NvmlException {
        return nvml.number(this, kind == Nvml.EccErrors.CORRECTED ? "ecc_corrected" : "ecc_uncorrected");
    }

    @Override
    public boolean isPageRetirementPending() throws NvmlException {
        return nvml.number(this, "pages_pending") != 0;
    }

    @Override
    public Nvml.RemappedRows remappedRows() throws NvmlException {
        return new Nvml.RemappedRows(
                nvml.number(this, "rows_corrected"),
                nvml.number(this, "rows_uncorrected"),
                nvml.number(this, "rows_pending") != 0,
                nvml.number(this, "rows_failed") != 0);
    }

    @Override
    public long pcieReplays() throws NvmlException {
        return nvml.number(this, "replays");
    }

    @Override
    public List<Nvml.GpuProcess> processes() throws NvmlException {
        Optional<Long> pid = nvml.numberIfAny(this, "pid");
        long memory = nvml.numberIfAny(this, "pid_mem").orElse(0L);
        return pid.map(id -> List.of(new Nvml.GpuProcess(id, memory))).orElse(List.of());
    }

    @Override
    public int migInstances() throws NvmlException {
        nvml.requireNew("mig");
        return nvml.number(this, "mig") == 0
                ? 0
                : nvml.numberIfAny(this, "mig_instances").orElse(0L).intValue();
    }
}
