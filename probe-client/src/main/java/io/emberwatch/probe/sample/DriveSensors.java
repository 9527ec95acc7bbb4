package io.emberwatch.probe.sample;

import io.emberwatch.probe.sample.MachineSensors.ChipTemps;
import io.emberwatch.probe.sample.MachineSensors.Temp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        Still with(double firstC) {
            return new Still(degrees, Math.min(lowestC, firstC), Math.max(highestC, firstC));
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
                .map(chip -> new ChipTemps(moving(sensors.temps(chip, sensor -> true), there), List::of))
                .toList();
        still.keySet().retainAll(there);
        return all;
    }

    private List<Temp> moving(List<Temp> temps, Set<Path> there) {
        List<Temp> moving = new ArrayList<>();
        for (Temp temp : temps) {
            double firstC = temps.get(0).degrees();
            Path file = temp.sensor().file();
            there.add(file);
            Still now = still.getOrDefault(file, new Still(temp.degrees(), firstC, firstC));
            now = now.degrees() == temp.degrees() ? now.with(firstC) : new Still(temp.degrees(), firstC, firstC);
            still.put(file, now);
            if (now.highestC() - now.lowestC() < MOVED_C) {
                moving.add(temp);
            }
        }
        return moving;
    }
}
