package io.emberwatch.probe.sample;

import io.emberwatch.probe.sample.MachineSensors.ChipTemps;
import io.emberwatch.probe.sample.MachineSensors.Temp;
import io.emberwatch.protocol.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * How hot the parts of one kind are, how far the one in most danger is from what its maker allows, and which signal an
 * alarm themselves. Each sensor is judged by limits of its own: what a drive allows as a whole says nothing of the spot
 * that its second sensor measures.
 *
 * <p>A sensor that is there and does not answer any more, as that of a drive that was too hot for too long, is not left
 * out: while it was in more danger than all that answer, the value is unknown, and no alarm is over. Not thread-safe.
 */
final class PartSampler implements Sampler {
    /** Two drives that are about as hot must not take turns. */
    private static final double COOLER_C = 3;

    private final Part part;
    private final MachineSensors sensors;
    private final Supplier<List<ChipTemps>> chips;
    private final TempAlarms alarms;
    /** What each sensor said that is there, by its file. */
    private final Map<Path, Said> said = new HashMap<>();

    private boolean isHottestWithoutLimit;

    /**
     * What a sensor said when it last answered.
     *
     * @param stands whether it counts for the temperature
     */
    private record Said(Temp temp, boolean stands, OptionalDouble marginC, boolean isAlarming) {}

    /** @param chips those of the part, read anew at each call */
    PartSampler(Part part, MachineSensors sensors, Supplier<List<ChipTemps>> chips, TempAlarms alarms) {
        this.part = part;
        this.sensors = sensors;
        this.chips = chips;
        this.alarms = alarms;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(part.temp(), part.margin());
    }

    @Override
    public void sample(Readout readout) {
        List<ChipTemps> temps = chips.get();
        List<Temp> standing =
                temps.stream().flatMap(chip -> chip.standing().stream()).toList();
        Predicate<Temp> hasLimit = temp -> sensors.limits(temp).limitC().isPresent();
        List<Temp> limited = having(temps, hasLimit);
        List<Temp> flagged = having(temps, temp -> sensors.limits(temp).canAlarm());
        Map<Path, Said> now = new HashMap<>();
        Stream.of(standing, limited, flagged)
                .flatMap(List::stream)
                .forEach(temp -> now.computeIfAbsent(
                        temp.sensor().file(),
                        file -> new Said(
                                temp,
                                standing.contains(temp),
                                limited.contains(temp)
                                        ? sensors.limits(temp).marginC(temp.degrees())
                                        : OptionalDouble.empty(),
                                flagged.contains(temp) && sensors.isAlarming(temp))));
        said.keySet().removeIf(file -> now.containsKey(file) || !Files.exists(file));
        said.values().removeIf(silent -> sensors.degrees(silent.temp().sensor()).isPresent());
        List<Said> silent = List.copyOf(said.values());

        OptionalDouble hottest = standing.stream().mapToDouble(Temp::degrees).max();
        if (silent.stream().noneMatch(one -> one.stands() && one.temp().degrees() > hottest.orElse(0))) {
            readout.put(part.temp(), hottest);
        }
        OptionalDouble margin = margins(now.values()).min();
        isHottestWithoutLimit = isHottestWithoutLimit(temps, hasLimit);
        if (!isHottestWithoutLimit && margins(silent).noneMatch(one -> one < margin.orElse(Double.MAX_VALUE))) {
            readout.put(part.margin(), margin);
        }
        int alarming = (int) now.values().stream().filter(Said::isAlarming).count();
        if (alarming > 0 || silent.stream().noneMatch(Said::isAlarming)) {
            alarms.put(part, flagged.isEmpty() ? OptionalInt.empty() : OptionalInt.of(alarming));
        }
        said.putAll(now);
    }

    /**
     * Whether the part in most danger may be one that tells no limit: then the temperature is what can be judged, until
     * that part is clearly cooler. The CPUs of a machine are alike.
     */
    private boolean isHottestWithoutLimit(List<ChipTemps> chips, Predicate<Temp> hasLimit) {
        return part != Part.CPU
                && hottest(chips, chip -> chip.first(hasLimit).isEmpty())
                        > hottest(chips, chip -> !chip.first(hasLimit).isEmpty())
                                - (isHottestWithoutLimit ? COOLER_C : 0);
    }

    private static double hottest(List<ChipTemps> chips, Predicate<ChipTemps> which) {
        return chips.stream()
                .filter(which)
                .flatMap(chip -> chip.standing().stream())
                .mapToDouble(Temp::degrees)
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    private static List<Temp> having(List<ChipTemps> chips, Predicate<Temp> has) {
        return chips.stream().flatMap(chip -> chip.first(has).stream()).toList();
    }

    private static DoubleStream margins(Collection<Said> said) {
        return said.stream().map(Said::marginC).flatMapToDouble(OptionalDouble::stream);
    }
}
