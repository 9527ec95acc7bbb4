package io.emberwatch.probe.sample;

import io.emberwatch.probe.sample.MachineSensors.ChipTemps;
import io.emberwatch.probe.sample.MachineSensors.Temp;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How hot the parts of one kind are, how far the one in most danger is from what its maker allows, and which signal an
 * alarm themselves. Each sensor is judged by limits of its own: what a drive allows as a whole says nothing of the spot
 * that its second sensor measures.
 */
final class PartSampler implements Sampler {
    private final Part part;
    private final MachineSensors sensors;
    private final Supplier<List<ChipTemps>> chips;
    private final TempAlarms alarms;

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
        readout.put(
                part.temp(),
                temps.stream()
                        .flatMap(chip -> chip.standing().stream())
                        .mapToDouble(Temp::degrees)
                        .max());
        readout.put(part.margin(), margin(temps));
        alarms.put(part, alarming(temps));
    }

    private OptionalDouble margin(List<ChipTemps> temps) {
        return temps.stream()
                .flatMap(
                        chip -> chip.first(temp -> sensors.limits(temp).limitC().isPresent()).stream())
                .map(temp -> sensors.limits(temp).marginC(temp.degrees()))
                .flatMapToDouble(OptionalDouble::stream)
                .min();
    }

    private OptionalInt alarming(List<ChipTemps> temps) {
        List<Temp> flagged = temps.stream()
                .flatMap(
                        chip -> chip.first(temp -> !sensors.limits(temp).flags().isEmpty()).stream())
                .toList();
        return flagged.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(
                        (int) flagged.stream().filter(sensors::isAlarming).count());
    }
}
