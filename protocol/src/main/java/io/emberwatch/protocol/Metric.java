package io.emberwatch.protocol;

import static io.emberwatch.protocol.Metric.Direction.HIGH_IS_BAD;
import static io.emberwatch.protocol.Metric.Direction.LOW_IS_BAD;
import static io.emberwatch.protocol.Scope.GPU;
import static io.emberwatch.protocol.Scope.LINK;
import static io.emberwatch.protocol.Scope.MACHINE;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metric catalogue: every value that Emberwatch knows, once. The codec, the columns of {@code reading} and {@code
 * gpu_reading}, the names of limits, CLI help and documentation are derived from it; a new metric is one line here
 * (with the next free wire id of its scope), one sampler and one migration; CONTRIBUTING.md says how.
 *
 * <p>A value travels and is kept as a whole number, the <em>raw</em> value: the metric's value times ten to the power
 * of {@link #decimals()}. A value that a machine cannot measure is absent, never 0; so is one out of the metric's
 * range, which no hardware can mean.
 */
public enum Metric {
    CPU_TEMP_C(MACHINE, 1, "°C", 1, -50, 200, "temperature of the hottest CPU package"),
    CPU_UTIL_PERCENT(MACHINE, 2, "%", 1, 0, 100, "CPU time not idle, over all cores"),
    LOAD_1M(MACHINE, 3, "", 2, 0, 999_999, "load average over 1 minute"),
    LOAD_5M(MACHINE, 4, "", 2, 0, 999_999, "load average over 5 minutes"),
    LOAD_15M(MACHINE, 5, "", 2, 0, 999_999, "load average over 15 minutes"),
    LOAD_PER_CORE(MACHINE, 6, "", 2, 0, 999_999, "load average over 1 minute per logical core"),
    CPU_STEAL_PERCENT(MACHINE, 7, "%", 1, 0, 100, "CPU time that the hypervisor gave to other machines"),
    MEM_USED_BYTES(MACHINE, 8, "bytes", 0, 0, Most.BYTES, "memory in use, without caches"),
    MEM_TOTAL_BYTES(MACHINE, 9, "bytes", 0, 0, Most.BYTES, "memory fitted"),
    MEM_USED_PERCENT(MACHINE, 10, "%", 1, 0, 100, "memory in use, without caches"),
    SWAP_USED_BYTES(MACHINE, 11, "bytes", 0, 0, Most.BYTES, "swap space in use"),
    FS_USED_PERCENT(MACHINE, 12, "%", 1, 0, 100, "use of the fullest local filesystem"),
    DISK_READ_BYTES_PER_S(MACHINE, 13, "bytes/s", 0, 0, Most.BYTES_PER_S, "bytes read from all disks per second"),
    DISK_WRITE_BYTES_PER_S(MACHINE, 14, "bytes/s", 0, 0, Most.BYTES_PER_S, "bytes written to all disks per second"),
    NET_RX_BYTES_PER_S(MACHINE, 15, "bytes/s", 0, 0, Most.BYTES_PER_S, "bytes received on all physical interfaces"),
    NET_TX_BYTES_PER_S(MACHINE, 16, "bytes/s", 0, 0, Most.BYTES_PER_S, "bytes sent on all physical interfaces"),
    FAN_RPM(MACHINE, 17, "rpm", 0, 0, 60_000, "speed of the fastest fan of the machine"),
    UPTIME_S(MACHINE, 18, "s", 0, 0, Most.SECONDS, "time since the machine started"),
    PROCESS_COUNT(MACHINE, 19, "", 0, 0, 10_000_000, "processes on the machine"),
    SPOOL_USED_PERCENT(MACHINE, 20, "%", 1, 0, 100, "how full the probe's spool of unsent readings is"),
    NVME_TEMP_C(MACHINE, 21, "°C", 1, -50, 200, "temperature of the hottest NVMe drive"),
    MEM_TEMP_C(MACHINE, 22, "°C", 1, -50, 200, "temperature of the hottest memory module"),
    FAN_MIN_RPM(
            MACHINE,
            23,
            "rpm",
            0,
            0,
            60_000,
            LOW_IS_BAD,
            "speed of the slowest of the machine's fans that have turned"),
    GPU_DRIVER_FAULT(MACHINE, 24, "", 0, 0, 255, "what is wrong with all GPUs of a driver; 0: nothing"),
    CPU_PRESSURE_PERCENT(MACHINE, 25, "%", 1, 0, 100, "time in which some task waited for a CPU, over a minute"),
    MEM_PRESSURE_PERCENT(MACHINE, 26, "%", 1, 0, 100, "time in which some task waited for memory, over a minute"),
    IO_PRESSURE_PERCENT(MACHINE, 27, "%", 1, 0, 100, "time in which some task waited for a disk, over a minute"),
    REJECTED_VALUE_COUNT(
            MACHINE, 28, "", 0, 0, 65_535, "values of it and of its GPUs that were not credible, and so left out"),
    CPU_MARGIN_C(MACHINE, 29, "°C", 1, -250, 250, LOW_IS_BAD, "degrees left until a CPU reaches its critical limit"),
    NVME_MARGIN_C(
            MACHINE, 30, "°C", 1, -250, 250, LOW_IS_BAD, "degrees left until an NVMe drive reaches its critical limit"),
    DISK_TEMP_C(MACHINE, 31, "°C", 1, -50, 200, "temperature of the hottest SATA or SAS drive"),
    DISK_MARGIN_C(
            MACHINE,
            32,
            "°C",
            1,
            -250,
            250,
            LOW_IS_BAD,
            "degrees left until a SATA or SAS drive reaches its critical limit"),
    MEM_MARGIN_C(
            MACHINE,
            33,
            "°C",
            1,
            -250,
            250,
            LOW_IS_BAD,
            "degrees left until a memory module reaches its critical limit"),
    TEMP_ALARM_COUNT(
            MACHINE, 34, "", 0, 0, 65_535, "sensors of CPUs, drives and memory that signal an alarm themselves"),
    FS_INODES_USED_PERCENT(MACHINE, 35, "%", 1, 0, 100, "use of inodes on the local filesystem with the fewest left"),
    FS_READ_ONLY_COUNT(MACHINE, 36, "", 0, 0, 1_000_000, "local filesystems that have become read-only"),
    FS_UNREACHABLE_COUNT(MACHINE, 37, "", 0, 0, 1_000_000, "local filesystems that cannot be measured"),
    HUNG_READ_COUNT(MACHINE, 38, "", 0, 0, 1_000_000, "mount points and devices that do not answer"),

    GPU_TEMP_C(GPU, 1, "°C", 1, -50, 200, "core temperature"),
    GPU_MEM_TEMP_C(GPU, 2, "°C", 1, -50, 200, "memory temperature"),
    GPU_SLOWDOWN_MARGIN_C(GPU, 3, "°C", 1, -250, 250, LOW_IS_BAD, "degrees left until it slows down"),
    GPU_UTIL_PERCENT(GPU, 4, "%", 1, 0, 100, "time in which a kernel was running"),
    GPU_MEM_USED_BYTES(GPU, 5, "bytes", 0, 0, Most.BYTES, "memory in use"),
    GPU_MEM_TOTAL_BYTES(GPU, 6, "bytes", 0, 0, Most.BYTES, "memory fitted"),
    GPU_POWER_W(GPU, 7, "W", 1, 0, 4_200, "power drawn"),
    GPU_POWER_LIMIT_W(GPU, 8, "W", 1, 0, 4_200, "power limit in force"),
    GPU_SM_CLOCK_MHZ(GPU, 9, "MHz", 0, 0, 60_000, "clock of the streaming multiprocessors"),
    GPU_MEM_CLOCK_MHZ(GPU, 10, "MHz", 0, 0, 60_000, "memory clock"),
    GPU_FAN_PERCENT(GPU, 11, "%", 1, 0, 200, "intended fan speed"),
    GPU_THROTTLE_REASONS(GPU, 12, "", 0, 0, Most.COUNT, "bit set of the reasons for lowered clocks"),
    GPU_ECC_CORRECTED_COUNT(GPU, 13, "", 0, 0, Most.COUNT, "corrected memory errors since the driver was loaded"),
    GPU_ECC_UNCORRECTED_COUNT(GPU, 14, "", 0, 0, Most.COUNT, "uncorrected memory errors since the driver was loaded"),
    GPU_MEM_MARGIN_C(GPU, 15, "°C", 1, -250, 250, LOW_IS_BAD, "degrees left until its memory is hotter than is safe"),
    GPU_MEM_UTIL_PERCENT(GPU, 16, "%", 1, 0, 100, "time in which its memory was read or written"),
    GPU_PERFORMANCE_STATE(GPU, 17, "", 0, 0, 15, "performance state, from 0, the fastest, to 15"),
    GPU_THERMAL_THROTTLING(GPU, 18, "", 0, 0, 1, "1 while heat keeps its clocks down, else 0"),
    GPU_REMAPPED_ROW_COUNT(GPU, 19, "", 0, 0, 1_000_000, "rows of its memory that were replaced by spare ones"),
    GPU_ROW_REMAP_PENDING(
            GPU, 20, "", 0, 0, 1, "1 if a row or page of its memory is to be replaced at its next reset, else 0"),
    GPU_ROW_REMAP_FAILED(GPU, 21, "", 0, 0, 1, "1 if a row could not be replaced, else 0"),
    GPU_PCIE_REPLAY_COUNT(GPU, 22, "", 0, 0, Most.COUNT, "packets that had to be sent again on the PCIe bus"),
    GPU_MIG_INSTANCE_COUNT(GPU, 23, "", 0, 0, 255, "MIG instances that it is divided into"),
    GPU_PROCESS_COUNT(GPU, 24, "", 0, 0, 10_000_000, "processes that compute on it"),
    GPU_FAULT(GPU, 25, "", 0, 0, 255, "what is wrong with it; 0: nothing"),
    GPU_HUNG_S(GPU, 26, "s", 0, 0, Most.SECONDS, "time for which it has not answered"),
    GPU_FATAL_XID(
            GPU,
            27,
            "",
            0,
            0,
            WireLimits.MAX_XID,
            "last fatal XID error that NVML told in the last hour; 0: it told none"),

    SILENT_S(
            LINK,
            1,
            "s",
            0,
            0,
            Most.SECONDS_SINCE_1970,
            "time since the collector last heard from a machine that said no goodbye"),
    CLOCK_SKEW_S(
            LINK, 2, "s", 1, 0, Most.SECONDS_SINCE_1970, "difference between the machine's clock and the collector's"),
    DUPLICATE_PROBES(
            LINK,
            3,
            "",
            0,
            0,
            Integer.MAX_VALUE,
            "probes with this machine's key turned away in the last 15 minutes, because another was connected"),
    GPU_MISSING_COUNT(
            LINK, 4, "", 0, 0, Integer.MAX_VALUE, "cards that the machine once had and does not show any more"),
    GPU_CONFLICT_COUNT(
            LINK, 5, "", 0, 0, Integer.MAX_VALUE, "cards that the machine shows and another machine shows too");

    /** The highest that several metrics may be. Generous: a value in danger must never be taken for a broken one. */
    private static final class Most {
        /** An exbibyte. */
        static final long BYTES = 1L << 60;

        static final long BYTES_PER_S = 1_000_000_000_000_000L;
        /** More than 31 years. */
        static final long SECONDS = 1_000_000_000;
        /** Between the first and the last time that a message can carry, and more. */
        static final long SECONDS_SINCE_1970 = 1_000_000_000_000L;
        /** Of what counts for ever, and of bits: all ones, which is what dead hardware answers, is more. */
        static final long COUNT = (1L << 62) - 1;
    }

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
    private static final BigDecimal LARGEST_RAW = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal SMALLEST_RAW = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final Map<String, Metric> BY_COLUMN =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Metric::column, Function.identity()));

    private final Scope scope;
    private final int wireId;
    private final String column;
    private final String unit;
    private final int decimals;
    private final long minRaw;
    private final long maxRaw;
    private final Direction direction;
    private final String meaning;

    Metric(Scope scope, int wireId, String unit, int decimals, long min, long max, String meaning) {
        this(scope, wireId, unit, decimals, min, max, HIGH_IS_BAD, meaning);
    }

    Metric(
            Scope scope,
            int wireId,
            String unit,
            int decimals,
            long min,
            long max,
            Direction direction,
            String meaning) {
        this.scope = scope;
        this.wireId = wireId;
        this.column = name().toLowerCase(Locale.ROOT);
        this.unit = unit;
        this.decimals = decimals;
        long one = BigDecimal.ONE.movePointRight(decimals).longValueExact();
        this.minRaw = Math.multiplyExact(min, one);
        this.maxRaw = Math.multiplyExact(max, one);
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

    /** Name of the metric and of its column: its constant's name in lower case; the unit is its last word. */
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

    /** The lowest credible raw value. */
    public long minRaw() {
        return minRaw;
    }

    /** The highest credible raw value; what is stored of the metric holds everything up to it. */
    public long maxRaw() {
        return maxRaw;
    }

    /**
     * Whether a raw value can be true. One that cannot, whatever is broken, is as good as absent: {@link MetricValues}
     * leave it out, and {@link #REJECTED_VALUE_COUNT} counts it.
     */
    public boolean isCredible(long raw) {
        return minRaw <= raw && raw <= maxRaw;
    }

    public Direction direction() {
        return direction;
    }

    /** What it measures, in a few words. */
    public String meaning() {
        return meaning;
    }

    /**
     * The raw value of a measured value, rounded half up to the metric's decimals. What is too large for a raw value is
     * the largest or smallest one, and no number is the smallest: credible is none of these.
     */
    public long toRaw(double value) {
        if (Double.isNaN(value)) {
            return Long.MIN_VALUE;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return BigDecimal.valueOf(value)
                .movePointRight(decimals)
                .setScale(0, RoundingMode.HALF_UP)
                .min(LARGEST_RAW)
                .max(SMALLEST_RAW)
                .longValueExact();
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
