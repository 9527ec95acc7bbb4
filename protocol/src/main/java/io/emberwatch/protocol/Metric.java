package io.emberwatch.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metric catalogue: every value that Emberwatch knows, once. The codec, the columns of {@code reading} and {@code
 * gpu_reading}, the names of limits, CLI help and documentation are derived from it; a new metric is one line here
 * (with the next free wire id of its scope) and one migration.
 *
 * <p>A value travels and is kept as a whole number, the <em>raw</em> value: the metric's value times ten to the power
 * of {@link #decimals()}. A value that a machine cannot measure is absent, never 0.
 */
public enum Metric {
    CPU_TEMP_C(Scope.MACHINE, 1, "cpu_temp_c", "°C", 1, "temperature of the hottest CPU package"),
    CPU_UTIL_PERCENT(Scope.MACHINE, 2, "cpu_util_percent", "%", 1, "CPU time not idle, over all cores"),
    LOAD_1M(Scope.MACHINE, 3, "load_1m", "", 2, "load average over 1 minute"),
    LOAD_5M(Scope.MACHINE, 4, "load_5m", "", 2, "load average over 5 minutes"),
    LOAD_15M(Scope.MACHINE, 5, "load_15m", "", 2, "load average over 15 minutes"),
    LOAD_PER_CORE(Scope.MACHINE, 6, "load_per_core", "", 2, "load average over 1 minute per logical core"),
    CPU_STEAL_PERCENT(
            Scope.MACHINE, 7, "cpu_steal_percent", "%", 1, "CPU time that the hypervisor gave to other machines"),
    MEM_USED_BYTES(Scope.MACHINE, 8, "mem_used_bytes", "bytes", 0, "memory in use, without caches"),
    MEM_TOTAL_BYTES(Scope.MACHINE, 9, "mem_total_bytes", "bytes", 0, "memory fitted"),
    MEM_USED_PERCENT(Scope.MACHINE, 10, "mem_used_percent", "%", 1, "memory in use, without caches"),
    SWAP_USED_BYTES(Scope.MACHINE, 11, "swap_used_bytes", "bytes", 0, "swap space in use"),
    FS_USED_PERCENT(Scope.MACHINE, 12, "fs_used_percent", "%", 1, "use of the fullest local filesystem"),
    DISK_READ_BYTES_PER_S(
            Scope.MACHINE, 13, "disk_read_bytes_per_s", "bytes/s", 0, "bytes read from all disks per second"),
    DISK_WRITE_BYTES_PER_S(
            Scope.MACHINE, 14, "disk_write_bytes_per_s", "bytes/s", 0, "bytes written to all disks per second"),
    NET_RX_BYTES_PER_S(
            Scope.MACHINE, 15, "net_rx_bytes_per_s", "bytes/s", 0, "bytes received on all physical interfaces"),
    NET_TX_BYTES_PER_S(Scope.MACHINE, 16, "net_tx_bytes_per_s", "bytes/s", 0, "bytes sent on all physical interfaces"),
    FAN_RPM(Scope.MACHINE, 17, "fan_rpm", "rpm", 0, "speed of the fastest fan of the machine"),
    UPTIME_S(Scope.MACHINE, 18, "uptime_s", "s", 0, "time since the machine started"),
    PROCESS_COUNT(Scope.MACHINE, 19, "process_count", "", 0, "processes on the machine"),
    SPOOL_USED_PERCENT(
            Scope.MACHINE, 20, "spool_used_percent", "%", 1, "how full the probe's spool of unsent readings is"),
    NVME_TEMP_C(Scope.MACHINE, 21, "nvme_temp_c", "°C", 1, "temperature of the hottest NVMe drive"),
    MEM_TEMP_C(Scope.MACHINE, 22, "mem_temp_c", "°C", 1, "temperature of the hottest memory module"),
    FAN_MIN_RPM(
            Scope.MACHINE,
            23,
            "fan_min_rpm",
            "rpm",
            0,
            Direction.LOW_IS_BAD,
            "speed of the slowest of the machine's fans that have turned"),
    GPU_DRIVER_FAULT(
            Scope.MACHINE, 24, "gpu_driver_fault", "", 0, "what is wrong with all GPUs of a driver; 0: nothing"),

    GPU_TEMP_C(Scope.GPU, 1, "gpu_temp_c", "°C", 1, "core temperature"),
    GPU_MEM_TEMP_C(Scope.GPU, 2, "gpu_mem_temp_c", "°C", 1, "memory temperature"),
    GPU_SLOWDOWN_MARGIN_C(
            Scope.GPU, 3, "gpu_slowdown_margin_c", "°C", 1, Direction.LOW_IS_BAD, "degrees left until it slows down"),
    GPU_UTIL_PERCENT(Scope.GPU, 4, "gpu_util_percent", "%", 1, "time in which a kernel was running"),
    GPU_MEM_USED_BYTES(Scope.GPU, 5, "gpu_mem_used_bytes", "bytes", 0, "memory in use"),
    GPU_MEM_TOTAL_BYTES(Scope.GPU, 6, "gpu_mem_total_bytes", "bytes", 0, "memory fitted"),
    GPU_POWER_W(Scope.GPU, 7, "gpu_power_w", "W", 1, "power drawn"),
    GPU_POWER_LIMIT_W(Scope.GPU, 8, "gpu_power_limit_w", "W", 1, "power limit in force"),
    GPU_SM_CLOCK_MHZ(Scope.GPU, 9, "gpu_sm_clock_mhz", "MHz", 0, "clock of the streaming multiprocessors"),
    GPU_MEM_CLOCK_MHZ(Scope.GPU, 10, "gpu_mem_clock_mhz", "MHz", 0, "memory clock"),
    GPU_FAN_PERCENT(Scope.GPU, 11, "gpu_fan_percent", "%", 1, "intended fan speed"),
    GPU_THROTTLE_REASONS(Scope.GPU, 12, "gpu_throttle_reasons", "", 0, "bit set of the reasons for lowered clocks"),
    GPU_ECC_CORRECTED_COUNT(
            Scope.GPU, 13, "gpu_ecc_corrected_count", "", 0, "corrected memory errors since the driver was loaded"),
    GPU_ECC_UNCORRECTED_COUNT(
            Scope.GPU, 14, "gpu_ecc_uncorrected_count", "", 0, "uncorrected memory errors since the driver was loaded"),
    GPU_MEM_MARGIN_C(
            Scope.GPU,
            15,
            "gpu_mem_margin_c",
            "°C",
            1,
            Direction.LOW_IS_BAD,
            "degrees left until its memory is hotter than is safe"),
    GPU_MEM_UTIL_PERCENT(Scope.GPU, 16, "gpu_mem_util_percent", "%", 1, "time in which its memory was read or written"),
    GPU_PERFORMANCE_STATE(
            Scope.GPU, 17, "gpu_performance_state", "", 0, "performance state, from 0, the fastest, to 15"),
    GPU_THERMAL_THROTTLING(
            Scope.GPU, 18, "gpu_thermal_throttling", "", 0, "1 while heat keeps its clocks down, else 0"),
    GPU_REMAPPED_ROW_COUNT(
            Scope.GPU, 19, "gpu_remapped_row_count", "", 0, "rows of its memory that were replaced by spare ones"),
    GPU_ROW_REMAP_PENDING(
            Scope.GPU,
            20,
            "gpu_row_remap_pending",
            "",
            0,
            "1 if a row or page of its memory is to be replaced at its next reset, else 0"),
    GPU_ROW_REMAP_FAILED(Scope.GPU, 21, "gpu_row_remap_failed", "", 0, "1 if a row could not be replaced, else 0"),
    GPU_PCIE_REPLAY_COUNT(
            Scope.GPU, 22, "gpu_pcie_replay_count", "", 0, "packets that had to be sent again on the PCIe bus"),
    GPU_MIG_INSTANCE_COUNT(Scope.GPU, 23, "gpu_mig_instance_count", "", 0, "MIG instances that it is divided into"),
    GPU_PROCESS_COUNT(Scope.GPU, 24, "gpu_process_count", "", 0, "processes that compute on it"),
    GPU_FAULT(Scope.GPU, 25, "gpu_fault", "", 0, "what is wrong with it; 0: nothing"),
    GPU_HUNG_S(Scope.GPU, 26, "gpu_hung_s", "s", 0, "time for which it has not answered"),
    GPU_FATAL_XID(
            Scope.GPU,
            27,
            "gpu_fatal_xid",
            "",
            0,
            "last fatal XID error that NVML told in the last hour; 0: it told none"),

    SILENT_S(
            Scope.LINK,
            1,
            "silent_s",
            "s",
            0,
            "time since the collector last heard from a machine that said no goodbye"),
    CLOCK_SKEW_S(Scope.LINK, 2, "clock_skew_s", "s", 1, "difference between the machine's clock and the collector's"),
    DUPLICATE_PROBES(
            Scope.LINK,
            3,
            "duplicate_probes",
            "",
            0,
            "probes with this machine's key turned away in the last 15 minutes, because another was connected"),
    GPU_MISSING_COUNT(
            Scope.LINK, 4, "gpu_missing_count", "", 0, "cards that the machine once had and does not show any more");

    /** Which side of a limit is dangerous. */
    public enum Direction {
        HIGH_IS_BAD,
        LOW_IS_BAD;

        /** Whether {@code value} has reached {@code limit} on the dangerous side. */
        public boolean reached(double value, double limit) {
            return this == HIGH_IS_BAD ? value >= limit : value <= limit;
        }
    }

    private static final Map<Scope, List<Metric>> BY_SCOPE =
            new EnumMap<>(Stream.of(Scope.values()).collect(Collectors.toMap(Function.identity(), Scope::inWireOrder)));
    private static final Map<String, Metric> BY_COLUMN =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Metric::column, Function.identity()));

    private final Scope scope;
    private final int wireId;
    private final String column;
    private final String unit;
    private final int decimals;
    private final Direction direction;
    private final String meaning;

    Metric(Scope scope, int wireId, String column, String unit, int decimals, String meaning) {
        this(scope, wireId, column, unit, decimals, Direction.HIGH_IS_BAD, meaning);
    }

    Metric(Scope scope, int wireId, String column, String unit, int decimals, Direction direction, String meaning) {
        this.scope = scope;
        this.wireId = wireId;
        this.column = column;
        this.unit = unit;
        this.decimals = decimals;
        this.direction = direction;
        this.meaning = meaning;
    }

    /** The metrics of one scope, in ascending order of wire id. */
    static List<Metric> of(Scope scope) {
        return BY_SCOPE.get(scope);
    }

    /** The metric with this name, as it stands in tables, limits and mails. */
    public static Optional<Metric> byColumn(String column) {
        return Optional.ofNullable(BY_COLUMN.get(column));
    }

    public Scope scope() {
        return scope;
    }

    /** Position in the presence bitmap of its scope, from 1; never reused. */
    public int wireId() {
        return wireId;
    }

    /** Name of the metric and of its column; the unit is its last word. */
    public String column() {
        return column;
    }

    /** Unit for display, empty for a plain number. */
    public String unit() {
        return unit;
    }

    /** Decimal places kept, 0 to 2. */
    public int decimals() {
        return decimals;
    }

    public Direction direction() {
        return direction;
    }

    /** What it measures, in a few words. */
    public String meaning() {
        return meaning;
    }

    /**
     * The raw value of a measured value, rounded half up to the metric's decimals.
     *
     * @throws IllegalArgumentException if {@code value} is not finite or does not fit a raw value
     */
    public long toRaw(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(column + " must be a finite number, but is " + value);
        }
        try {
            return BigDecimal.valueOf(value)
                    .movePointRight(decimals)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(column + " is too large: " + value, e);
        }
    }

    public double toValue(long raw) {
        return BigDecimal.valueOf(raw, decimals).doubleValue();
    }

    /** The raw value as a plain decimal number without unit, exact, for example {@code 96.0}; also valid in SQL. */
    public String format(long raw) {
        return decimals == 0
                ? Long.toString(raw)
                : BigDecimal.valueOf(raw, decimals).toPlainString();
    }

    /** Appends the same as {@link #format} without making a string of it. */
    public void appendTo(StringBuilder text, long raw) {
        if (decimals == 0 || raw < 0) {
            text.append(format(raw));
            return;
        }
        long unit = decimals == 1 ? 10 : 100;
        text.append(raw / unit).append('.');
        if (decimals == 2 && raw % unit < 10) {
            text.append('0');
        }
        text.append(raw % unit);
    }

    @Override
    public String toString() {
        return column;
    }
}
