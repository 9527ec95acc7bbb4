package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.probe.sample.MachineSensors.ChipTemps;
import io.emberwatch.probe.sample.MachineSensors.Temp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The temperatures of drives or memory modules. All sensors of one count: the first mostly stands for the whole, and
 * others may be hotter. One beside it that stays at one value while the first moves measures nothing
 * (lm-sensors/lm-sensors #574: 81.8 °C for ever). Not thread-safe.
 */
final class DriveSensors {
    /** Whoever measures the same drive cannot be at the same thousandth of a degree all that time. */
    private static final double MOVED_C = 5;

    private final Part part;
    private final MachineSensors sensors;
    private final Map<Path, Still> still = new HashMap<>();

    /** Between which values the drive's first sensor was while another stayed at {@code degrees}. */
    private record Still(double degrees, double lowestC, double highestC) {
        static Still since(double degrees) {
            return new Still(degrees, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        }

        Still with(OptionalDouble firstC) {
            return firstC.isPresent()
                    ? new Still(
                            degrees, Math.min(lowestC, firstC.getAsDouble()), Math.max(highestC, firstC.getAsDouble()))
                    : this;
        }
    }

    DriveSensors(Part part, MachineSensors sensors) {
        this.part = part;
        this.sensors = sensors;
    }

    List<ChipTemps> temps() {
        Set<Path> there = new HashSet<>();
        List<ChipTemps> all = sensors.chips().stream()
                .filter(chip -> part.hasDriver(chip.name()))
                .map(chip -> new ChipTemps(moving(chip, there), List::of))
                .toList();
        still.keySet().retainAll(there);
        return all;
    }

    private List<Temp> moving(SensorTree.Chip chip, Set<Path> there) {
        List<Temp> temps = sensors.temps(chip, sensor -> true);
        Optional<SensorTree.Sensor> first = chip.sensors("temp").findFirst();
        OptionalDouble firstC = temps.stream()
                .filter(temp -> first.filter(temp.sensor()::equals).isPresent())
                .mapToDouble(Temp::degrees)
                .findFirst();
        List<Temp> moving = new ArrayList<>();
        for (Temp temp : temps) {
            Path file = temp.sensor().file();
            there.add(file);
            Still before = still.get(file);
            Still now = (before != null && before.degrees() == temp.degrees() ? before : Still.since(temp.degrees()))
                    .with(firstC);
            still.put(file, now);
            if (now.highestC() - now.lowestC() < MOVED_C) {
                moving.add(temp);
            }
        }
        return moving;
    }
}
