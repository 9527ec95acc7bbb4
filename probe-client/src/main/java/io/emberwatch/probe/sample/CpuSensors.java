package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.probe.sample.MachineSensors.ChipTemps;
import io.emberwatch.probe.sample.MachineSensors.Temp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The temperatures of the CPUs: only from sensors of which the kernel says that they are a CPU's, by the name of their
 * driver, their label, the type of their thermal zone, or path and description of their ACPI device. A zone of the board
 * is none, however likely: firmware may never update it. Not thread-safe.
 */
final class CpuSensors {
    /** How it is known that a sensor is a CPU's, best first; only the best kind that reports anything counts. */
    enum Known {
        OF_DRIVER("its driver reads CPUs only"),
        OF_NAME("it is called as a CPU's"),
        OF_CHIP("it is that of the whole system on a chip, with the CPUs in it"),
        OF_MACHINE("in this machine, ACPI tells the temperatures of the package with its CPUs"),
        NOT("nothing says that it is a CPU's");

        private final String why;

        Known(String why) {
            this.why = why;
        }

        private String why() {
            return why;
        }
    }

    /** Drivers for x86, LoongArch and Arm servers, in this order. */
    private static final Set<String> DRIVERS = Set.of(
            "coretemp",
            "k8temp",
            "k10temp",
            "zenpower",
            "via_cputemp",
            "zhaoxin_cputemp",
            "cpu_hwmon",
            "apm_xgene",
            "altra_hwmon");

    /** POWER's driver tells memory, GPUs and more as well. */
    private static final Pattern POWER_CORE = Pattern.compile("(chip \\d+ )?core \\d+.*", Pattern.CASE_INSENSITIVE);

    /**
     * Names of CPUs: cpu-thermal, CPU-therm, cpu0, CPU Package, MCPU-therm, cpuss0 (Qualcomm), bigcore0, little-cluster,
     * TCPU and B0D4 (Intel's participants), {@code \_TZ_.CPUZ}, and the hottest spot of a Grace socket.
     */
    private static final Pattern CPU = Pattern.compile(
            "(?<![a-z])((cpu|[bm]cpu|tcpu|cpuss|cpu[ztclb]|mtktscpu|processor|b0d4)(?![a-z])|skt\\d+ tjmax|x86_pkg_temp"
                    + "|(big|little|core)[-_ ]?(core|cluster)|cluster\\d*([-_]\\d+)?[-_]therm|(big|little)$)",
            Pattern.CASE_INSENSITIVE);

    /** That of a chip with all in it. "soc" alone and "socd" are how full the battery of a phone is. */
    private static final Pattern CHIP =
            Pattern.compile("(?<![a-z])soc\\d*([-_ ](?!.*batt)|$)|^package[-_]therm", Pattern.CASE_INSENSITIVE);

    /** What is near a CPU or feeds it, and what is counted from a limit. */
    private static final Pattern NOT_CPU = Pattern.compile(
            "gpu|tlimit|margin|regulator|mosfet|proximity|heatpipe|thermistor|socket(?![ _]?\\d)"
                    + "|(?<![a-z])v(rm|rd|reg|dd|cc|core|tt)"
                    + "|(?<![a-z])(vrs?|mos|fan|opt|dimm|mem|memory|ddr|pch|pmic|board|mb|ambient"
                    + "|inlet|outlet|intake|exhaust|heatsink|skin|ntc|area|pump|water|coolant|liquid|batt|battery|charger|limit)"
                    + "(?![a-z])",
            Pattern.CASE_INSENSITIVE);

    /** Arm's core types of NVIDIA's GB10 (DGX Spark and its kin): Cortex-X925 and Cortex-A725. */
    private static final List<String> GB10_CORES = List.of("0xd85", "0xd87");

    private static final Pattern GB10_MODEL = Pattern.compile("DGX[ _]Spark|GB10|GX10", Pattern.CASE_INSENSITIVE);

    /** What stands for the whole package, best first: AMD's Tctl carries an offset on some models, Tdie never. */
    private static final List<Predicate<String>> PACKAGE_LABELS = List.of(
            label -> label.startsWith("Package id"),
            label -> label.startsWith("Physical id"),
            label -> label.startsWith("Tdie"),
            label -> label.startsWith("Tctl"));

    private final MachineSensors sensors;
    private final boolean acpiTellsPackage;

    CpuSensors(MachineSensors sensors, KernelTree tree) {
        this.sensors = sensors;
        this.acpiTellsPackage = isGb10(tree);
    }

    /** Those of the best kind that reports a temperature; empty if no sensor is known to be a CPU's. */
    List<ChipTemps> temps() {
        for (Known known : Known.values()) {
            List<ChipTemps> temps = known == Known.NOT ? List.of() : temps(known);
            if (!temps.isEmpty()) {
                return temps;
            }
        }
        return List.of();
    }

    /** How many sensors report a temperature of the CPUs. */
    int count() {
        return temps().stream()
                .mapToInt(chip -> chip.standing().size() + chip.others().get().size())
                .sum();
    }

    /** The same in words, with what ACPI says of it. */
    String why(SensorTree.Chip chip, SensorTree.Sensor sensor) {
        Known known = known(chip, sensor);
        String acpi = chip.acpi().isEmpty() ? "" : " (ACPI calls it " + chip.acpi() + ")";
        return known == Known.NOT && isAcpi(chip) && !chip.isZone()
                ? "this chip repeats ACPI's zones, which are judged themselves"
                : known.why() + acpi;
    }

    /** How it is known that this one is a CPU's. */
    Known known(SensorTree.Chip chip, SensorTree.Sensor sensor) {
        if (DRIVERS.contains(chip.name())) {
            return Known.OF_DRIVER;
        }
        if (chip.name().equals("ibmpowernv")) {
            return POWER_CORE.matcher(sensor.label()).matches() ? Known.OF_DRIVER : Known.NOT;
        }
        List<String> words = words(chip, sensor);
        if (words.stream().anyMatch(text -> NOT_CPU.matcher(text).find())) {
            return Known.NOT;
        }
        if (words.stream().anyMatch(text -> CPU.matcher(text).find())) {
            return Known.OF_NAME;
        }
        if (words.stream().anyMatch(text -> isOfChip(chip, text))) {
            return Known.OF_CHIP;
        }
        return acpiTellsPackage && isAcpi(chip) ? Known.OF_MACHINE : Known.NOT;
    }

    private static boolean isOfChip(SensorTree.Chip chip, String text) {
        boolean isCharge = chip.isZone() && text.toLowerCase(Locale.ROOT).matches("soc\\d*");
        return !isCharge && CHIP.matcher(text).find();
    }

    /** Thermal zones of ACPI; the chip that repeats them all is that of the first. */
    static boolean isAcpi(SensorTree.Chip chip) {
        return chip.name().equals("acpitz");
    }

    /** A zone is called by its type, and so is its chip; of other chips each sensor has a name. */
    private static List<String> words(SensorTree.Chip chip, SensorTree.Sensor sensor) {
        boolean isZones = chip.isZone() || chip.folder().getParent().toString().contains("/thermal_zone");
        String name = sensor.label().isEmpty() && !isAcpi(chip) ? chip.name() : sensor.label();
        // The ACPI device of the chip is that of the first zone, but its inputs are those of all.
        return chip.isZone() || !isZones ? List.of(name, chip.acpi()) : List.of(name);
    }

    private List<ChipTemps> temps(Known known) {
        List<SensorTree.Chip> telling = new ArrayList<>();
        List<ChipTemps> all = new ArrayList<>();
        for (SensorTree.Chip chip : Stream.concat(sensors.chips().stream(), sensors.zones().stream())
                .toList()) {
            if (telling.stream().noneMatch(other -> repeats(chip, other))) {
                ChipTemps temps = temps(chip, known);
                if (!temps.standing().isEmpty()) {
                    telling.add(chip);
                    all.add(temps);
                }
            }
        }
        return all;
    }

    /** Whether a zone has a chip, which tells the same: one of its own, or ACPI's, which has those of all its zones. */
    private static boolean repeats(SensorTree.Chip zone, SensorTree.Chip chip) {
        return zone.isZone()
                && !chip.isZone()
                && (chip.folder().startsWith(zone.folder()) || (isAcpi(chip) && isAcpi(zone)));
    }

    private ChipTemps temps(SensorTree.Chip chip, Known known) {
        Predicate<SensorTree.Sensor> ofCpu = sensor -> known(chip, sensor) == known;
        for (Predicate<String> label : PACKAGE_LABELS) {
            // The label first, for what is known of a sensor costs more to find out.
            Predicate<SensorTree.Sensor> isPackage = sensor -> label.test(sensor.label());
            List<Temp> standing = sensors.temps(chip, isPackage.and(ofCpu));
            if (!standing.isEmpty()) {
                // Reading a core wakes it up, and its package is as hot as the hottest of them.
                return new ChipTemps(standing, () -> sensors.temps(chip, ofCpu.and(isPackage.negate())));
            }
        }
        return new ChipTemps(sensors.temps(chip, ofCpu), List::of);
    }

    private static boolean isGb10(KernelTree tree) {
        String cores = tree.text(tree.proc("cpuinfo")).orElse("");
        return Stream.of("product_name", "product_family", "board_name")
                        .flatMap(name -> tree.text(tree.sys("class/dmi/id").resolve(name)).stream())
                        .anyMatch(name -> GB10_MODEL.matcher(name).find())
                || GB10_CORES.stream().allMatch(cores::contains);
    }
}
