package io.emberwatch.probe.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A GPU, by its handle.
 *
 * @param calls of the library that it is a GPU of
 * @param processesOf of the same library
 */
record NativeDevice(NativeCalls calls, NativeProcesses processesOf, Pointer handle) implements Nvml.Device {
    private static final int TEXT_CHARS = 96;
    /** nvmlPciInfo_t: a legacy id, five numbers, the id. */
    private static final int PCI_INFO_BYTES = 68;

    private static final int PCI_BUS_ID_OFFSET = 36;
    private static final int PCI_BUS_ID_CHARS = 32;
    /** NVML writes the domain with eight digits, the kernel with four. */
    private static final int NVML_DOMAIN_DIGITS = 8;

    private static final int KERNEL_DOMAIN_DIGITS = 4;
    /** Shutdown, slowdown, memory and GPU maximum follow each other as the numbers of the thresholds do. */
    private static final int FIRST_T_LIMIT_FIELD = 193;

    private static final int CORE_SENSOR = 0;
    /** Deprecated since release 580 of the driver; what is to come after it: version, sensor, temperature. */
    private static final String TEMPERATURE = "nvmlDeviceGetTemperature";

    private static final String TEMPERATURE_V1 = "nvmlDeviceGetTemperatureV";
    private static final int TEMPERATURE_V1_BYTES = 12;
    /** Size of the structure, and its version in the highest byte. */
    private static final int MARGIN_VERSION = 8 | 1 << 24;

    private static final int MARGIN_BYTES = 8;
    private static final int MEMORY_BYTES = 24;
    /** Since release 510 of the driver: version, total, reserved, free, used. */
    private static final String MEMORY_V2 = "nvmlDeviceGetMemoryInfo_v2";

    private static final int MEMORY_V2_BYTES = 40;
    private static final int MEMORY_V2_VERSION = MEMORY_V2_BYTES | 2 << 24;
    private static final String FIELDS = "nvmlDeviceGetFieldValues";
    /** nvmlFieldValue_t: id, scope, time stamp, latency, type, result, value. */
    private static final int FIELD_BYTES = 40;

    private static final int FIELD_RESULT_OFFSET = 28;
    private static final int FIELD_VALUE_OFFSET = 32;

    private static final int VOLATILE_COUNTER = 0;

    @Override
    public String uuid() throws NvmlException {
        return calls.text(TEXT_CHARS, "nvmlDeviceGetUUID", handle);
    }

    @Override
    public String model() throws NvmlException {
        return calls.text(TEXT_CHARS, "nvmlDeviceGetName", handle);
    }

    @Override
    public String pciBusId() throws NvmlException {
        Memory info = calls.out(PCI_INFO_BYTES, "nvmlDeviceGetPciInfo_v3", handle);
        String id =
                NativeCalls.textAt(info, PCI_BUS_ID_OFFSET, PCI_BUS_ID_CHARS).toLowerCase(Locale.ROOT);
        boolean isLong = id.indexOf(':') == NVML_DOMAIN_DIGITS && id.startsWith("0000");
        return isLong ? id.substring(NVML_DOMAIN_DIGITS - KERNEL_DOMAIN_DIGITS) : id;
    }

    @Override
    public int coreTempC() throws NvmlException {
        if (calls.has(TEMPERATURE) || !calls.has(TEMPERATURE_V1)) {
            return (int) calls.uint(TEMPERATURE, handle, CORE_SENSOR);
        }
        Memory temperature = NativeCalls.zeroed(TEMPERATURE_V1_BYTES);
        temperature.setInt(0, TEMPERATURE_V1_BYTES | 1 << 24);
        temperature.setInt(Integer.BYTES, CORE_SENSOR);
        calls.call(TEMPERATURE_V1, handle, temperature);
        return temperature.getInt(2L * Integer.BYTES);
    }

    @Override
    public List<Nvml.FieldAnswer> fields(List<Nvml.Field> fields) throws NvmlException {
        return fieldValues(fields.stream().mapToInt(field -> field.number).toArray());
    }

    @Override
    public int thresholdC(Nvml.Threshold threshold) throws NvmlException {
        return (int) calls.uint("nvmlDeviceGetTemperatureThreshold", handle, threshold.number);
    }

    @Override
    public int tLimitC() throws NvmlException {
        Memory margin = NativeCalls.zeroed(MARGIN_BYTES);
        margin.setInt(0, MARGIN_VERSION);
        calls.call("nvmlDeviceGetMarginTemperature", handle, margin);
        return margin.getInt(Integer.BYTES);
    }

    @Override
    public int tLimitOffsetC(Nvml.Threshold threshold) throws NvmlException {
        return fieldValue(FIRST_T_LIMIT_FIELD + threshold.number);
    }

    @Override
    public Nvml.Utilisation utilisation() throws NvmlException {
        Memory rates = calls.out(2 * Integer.BYTES, "nvmlDeviceGetUtilizationRates", handle);
        return new Nvml.Utilisation(rates.getInt(0), rates.getInt(Integer.BYTES));
    }

    @Override
    public Nvml.MemoryUse memory() throws NvmlException {
        if (!calls.has(MEMORY_V2)) {
            return memoryOfOlderRelease();
        }
        Memory memory = NativeCalls.zeroed(MEMORY_V2_BYTES);
        memory.setInt(0, MEMORY_V2_VERSION);
        calls.call(MEMORY_V2, handle, memory);
        return new Nvml.MemoryUse(memory.getLong(Long.BYTES), memory.getLong(4 * Long.BYTES));
    }

    /** Counts as used what the driver keeps for itself. */
    private Nvml.MemoryUse memoryOfOlderRelease() throws NvmlException {
        Memory memory = calls.out(MEMORY_BYTES, "nvmlDeviceGetMemoryInfo", handle);
        return new Nvml.MemoryUse(memory.getLong(0), memory.getLong(2 * Long.BYTES));
    }

    @Override
    public long powerMilliwatts() throws NvmlException {
        return calls.uint("nvmlDeviceGetPowerUsage", handle);
    }

    @Override
    public long powerLimitMilliwatts() throws NvmlException {
        return calls.uint("nvmlDeviceGetEnforcedPowerLimit", handle);
    }

    @Override
    public int clockMhz(Nvml.Clock clock) throws NvmlException {
        return (int) calls.uint("nvmlDeviceGetClockInfo", handle, clock.number);
    }

    @Override
    public int fanPercent() throws NvmlException {
        return (int) calls.uint("nvmlDeviceGetFanSpeed", handle);
    }

    @Override
    public int performanceState() throws NvmlException {
        return (int) calls.uint("nvmlDeviceGetPerformanceState", handle);
    }

    @Override
    public long throttleReasons() throws NvmlException {
        Memory reasons = NativeCalls.zeroed(Long.BYTES);
        // Renamed with release 535 of the driver.
        calls.callEither(
                "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons", handle, reasons);
        return reasons.getLong(0);
    }

    @Override
    public long eccErrors(Nvml.EccErrors kind) throws NvmlException {
        return calls.ulong("nvmlDeviceGetTotalEccErrors", handle, kind.number, VOLATILE_COUNTER);
    }

    @Override
    public Nvml.RemappedRows remappedRows() throws NvmlException {
        Memory rows = NativeCalls.zeroed(4 * Integer.BYTES);
        calls.call(
                "nvmlDeviceGetRemappedRows",
                handle,
                rows.share(0),
                rows.share(Integer.BYTES),
                rows.share(2L * Integer.BYTES),
                rows.share(3L * Integer.BYTES));
        return new Nvml.RemappedRows(
                Integer.toUnsignedLong(rows.getInt(0)),
                Integer.toUnsignedLong(rows.getInt(Integer.BYTES)),
                rows.getInt(2L * Integer.BYTES) != 0,
                rows.getInt(3L * Integer.BYTES) != 0);
    }

    @Override
    public boolean isPageRetirementPending() throws NvmlException {
        return calls.uint("nvmlDeviceGetRetiredPagesPendingStatus", handle) != 0;
    }

    @Override
    public long pcieReplays() throws NvmlException {
        return calls.uint("nvmlDeviceGetPcieReplayCounter", handle);
    }

    @Override
    public List<Nvml.GpuProcess> processes() throws NvmlException {
        return processesOf.of(handle);
    }

    @Override
    public int migInstances() throws NvmlException {
        Memory modes = NativeCalls.zeroed(2 * Integer.BYTES);
        calls.call("nvmlDeviceGetMigMode", handle, modes.share(0), modes.share(Integer.BYTES));
        if (modes.getInt(0) == 0) {
            return 0;
        }
        int instances = 0;
        for (int i = 0; i < calls.uint("nvmlDeviceGetMaxMigDeviceCount", handle); i++) {
            instances += hasMigDevice(i) ? 1 : 0;
        }
        return instances;
    }

    /** Places that hold no instance are NOT_FOUND. */
    private boolean hasMigDevice(int index) throws NvmlException {
        try {
            return calls.out(Long.BYTES, "nvmlDeviceGetMigDeviceHandleByIndex", handle, index)
                            .getPointer(0)
                    != null;
        } catch (NvmlException e) {
            if (e.code() == NvmlCode.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Values by their numbers, any number of them in one call; each must be a number of 32 bits, or begin with one. */
    private List<Nvml.FieldAnswer> fieldValues(int... numbers) throws NvmlException {
        Memory fields = NativeCalls.zeroed(numbers.length * FIELD_BYTES);
        for (int i = 0; i < numbers.length; i++) {
            fields.setInt((long) i * FIELD_BYTES, numbers[i]);
        }
        calls.call(FIELDS, handle, numbers.length, fields);
        List<Nvml.FieldAnswer> answers = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            long field = (long) i * FIELD_BYTES;
            answers.add(new Nvml.FieldAnswer(
                    NvmlCode.of(fields.getInt(field + FIELD_RESULT_OFFSET)),
                    fields.getInt(field + FIELD_VALUE_OFFSET)));
        }
        return answers;
    }

    /** The same for one; fails if it has no value. */
    private int fieldValue(int number) throws NvmlException {
        Nvml.FieldAnswer answer = fieldValues(number).get(0);
        if (answer.code() != NvmlCode.SUCCESS) {
            throw new NvmlException(answer.code(), FIELDS);
        }
        return answer.value();
    }
}
