package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.probe.sample.MachineSensors.ChipTemps;
import io.emberwatch.probe.sample.MachineSensors.Temp;
import io.emberwatch.protocol.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What one sensor of the machine reports, whether or not a metric is made of it.
 *
 * @param chip name of its driver, or type of its thermal zone
 * @param device that it belongs to, as the kernel calls it: there may be several chips of the same name
 * @param label what it measures, in the driver's words; else its kind and number, for example {@code fan2}
 * @param kind of value
 * @param value as it is, also if it cannot be true; absent if reading it failed
 * @param details what else is known of it
 */
public record SensorReading(
        String chip, String device, String label, Kind kind, OptionalDouble value, Details details) {
    /** What sensors measure, with its unit as the last word. */
    public enum Kind {
        TEMP_C,
        FAN_RPM
    }

    /**
     * A limit of the maker's.
     *
     * @param name as the kernel calls it: {@code crit}, {@code max} …
     * @param isOne whether it is a limit; else it is what stands there where nobody set one
     */
    public record Limit(String name, double degrees, boolean isOne) {}

    /**
     * What a sensor says besides its value, and what is made of it.
     *
     * @param flags of alarms, by the kernel's name, and whether they are set
     * @param takenFor the metrics that it may decide
     * @param why it was taken for these, or for none
     */
    public record Details(List<Limit> limits, Map<String, Boolean> flags, List<Metric> takenFor, String why) {
        public static final Details NONE = new Details(List.of(), Map.of(), List.of(), "");

        static Details notTaken(String why) {
            return new Details(List.of(), Map.of(), List.of(), why);
        }
    }

    private static final List<String> FLAGS = List.of("alarm", "max_alarm", "crit_alarm", "emergency_alarm", "fault");

    /** Which sensors of CPUs decide what, by their files. */
    private record CpuSets(Set<Path> temps, Set<Path> margins, Set<Path> alarms) {
        static CpuSets of(CpuSensors cpus, MachineSensors sensors) {
            List<ChipTemps> temps = cpus.temps();
            return new CpuSets(
                    files(temps.stream().flatMap(chip -> chip.standing().stream())),
                    files(first(temps, temp -> sensors.limits(temp).limitC().isPresent())),
                    files(first(temps, temp -> sensors.limits(temp).canAlarm())));
        }

        private static Stream<Temp> first(List<ChipTemps> temps, Predicate<Temp> has) {
            return temps.stream().flatMap(chip -> chip.first(has).stream());
        }

        private static Set<Path> files(Stream<Temp> temps) {
            Set<Path> files = new HashSet<>();
            temps.forEach(temp -> files.add(temp.sensor().file()));
            return files;
        }
    }

    /**
     * Every temperature and fan of the machine's chips, and all its thermal zones.
     *
     * @param tree watched, so that what hangs costs its own value only
     */
    public static List<SensorReading> all(KernelTree tree) {
        MachineSensors sensors = new MachineSensors(tree, System::nanoTime);
        CpuSensors cpus = new CpuSensors(sensors, tree);
        CpuSets ofCpus = CpuSets.of(cpus, sensors);
        return Stream.concat(sensors.chips().stream(), sensors.zones().stream())
                .flatMap(chip -> chip.sensors().stream().map(sensor -> read(tree, cpus, ofCpus, chip, sensor)))
                .toList();
    }

    private static SensorReading of(SensorTree.Chip chip, SensorTree.Sensor sensor, OptionalLong raw, Details details) {
        Kind kind = isFan(sensor) ? Kind.FAN_RPM : Kind.TEMP_C;
        double value = isFan(sensor) ? raw.orElse(0) : raw.orElse(0) / 1000.0;
        return new SensorReading(
                chip.name(),
                deviceOf(chip.folder()),
                sensor.label().isEmpty() ? sensor.kind() + sensor.number() : sensor.label(),
                kind,
                raw.isPresent() ? OptionalDouble.of(value) : OptionalDouble.empty(),
                details);
    }

    private static boolean isFan(SensorTree.Sensor sensor) {
        return sensor.kind().equals("fan");
    }

    private static SensorReading read(
            KernelTree tree, CpuSensors cpus, CpuSets ofCpus, SensorTree.Chip chip, SensorTree.Sensor sensor) {
        OptionalLong raw = tree.number(sensor.file());
        if (isFan(sensor)) {
            return of(chip, sensor, raw, fan(tree, chip, raw));
        }
        SensorLimits own = SensorLimits.of(tree, chip, sensor);
        Map<String, Boolean> flags = new LinkedHashMap<>();
        FLAGS.stream()
                .filter(name -> Files.exists(sensor.attribute(name)))
                .forEach(name ->
                        flags.put(name, tree.number(sensor.attribute(name)).orElse(0) == 1));
        Taken taken = flags.getOrDefault("fault", false)
                ? Taken.not("it says itself that what it measures is not to be trusted (fault)")
                : taken(cpus, ofCpus, chip, sensor, raw, own);
        return of(chip, sensor, raw, new Details(limits(tree, chip, sensor, own), flags, taken.by(), taken.why()));
    }

    private static List<Limit> limits(
            KernelTree tree, SensorTree.Chip chip, SensorTree.Sensor sensor, SensorLimits own) {
        if (chip.zone().isPresent()) {
            return own.critC().stream()
                    .mapToObj(degrees -> new Limit("crit", degrees, true))
                    .toList();
        }
        return SensorLimits.NAMES.stream()
                .flatMap(name -> tree.number(sensor.attribute(name)).stream()
                        .mapToObj(raw -> new Limit(
                                name,
                                raw / 1000.0,
                                SensorLimits.limit(tree, chip, sensor, name).isPresent())))
                .toList();
    }

    private record Taken(List<Metric> by, String why) {
        static Taken not(String why) {
            return new Taken(List.of(), why);
        }
    }

    private static Taken taken(
            CpuSensors cpus,
            CpuSets ofCpus,
            SensorTree.Chip chip,
            SensorTree.Sensor sensor,
            OptionalLong raw,
            SensorLimits own) {
        if (raw.isEmpty()) {
            return Taken.not("reading it failed, or it does not answer");
        }
        if (SensorTree.degrees(raw.getAsLong()).isEmpty()) {
            return Taken.not("no temperature: that is what a sensor says that is broken or not wired");
        }
        Optional<Part> part = Stream.of(Part.values())
                .filter(any -> any.hasDriver(chip.name()))
                .findFirst();
        if (part.isPresent()) {
            return new Taken(
                    metrics(part.get(), true, own.limitC().isPresent(), own.canAlarm()),
                    part.get().words() + ": so says its driver");
        }
        CpuSensors.Known known = cpus.known(chip, sensor);
        if (known == CpuSensors.Known.NOT) {
            return Taken.not(cpus.why(chip, sensor));
        }
        Path file = sensor.file();
        List<Metric> by = metrics(
                Part.CPU,
                ofCpus.temps().contains(file),
                ofCpus.margins().contains(file),
                ofCpus.alarms().contains(file));
        String why = Part.CPU.words() + ": " + cpus.why(chip, sensor);
        return by.isEmpty() ? Taken.not(why + ", but others stand for the CPUs") : new Taken(by, why);
    }

    private static List<Metric> metrics(Part part, boolean temp, boolean margin, boolean alarm) {
        List<Metric> metrics = new ArrayList<>();
        if (temp) {
            metrics.add(part.temp());
        }
        if (margin) {
            metrics.add(part.margin());
        }
        if (alarm) {
            metrics.add(Metric.TEMP_ALARM_COUNT);
        }
        return metrics;
    }

    private static Details fan(KernelTree tree, SensorTree.Chip chip, OptionalLong rpm) {
        if (rpm.isEmpty()) {
            return Details.notTaken("reading it failed, or it does not answer");
        }
        if (FanSampler.isGpu(tree, chip)) {
            return Details.notTaken("a graphics card's, which reports it itself");
        }
        if (!Metric.FAN_RPM.isCredible(rpm.getAsLong())) {
            return Details.notTaken("no speed: that is what a controller says that knows of no fan");
        }
        return new Details(
                List.of(),
                Map.of(),
                List.of(Metric.FAN_RPM, Metric.FAN_MIN_RPM),
                rpm.getAsLong() == 0 ? "a fan of the machine; 0 counts once it has turned" : "a fan of the machine");
    }

    /** The folder of a chip lies below its device's, mostly in one called {@code hwmon}. */
    private static String deviceOf(Path folder) {
        Path device = folder;
        while (device.getParent() != null && device.getFileName().toString().startsWith("hwmon")) {
            device = device.getParent();
        }
        return String.valueOf(device.getFileName());
    }
}
