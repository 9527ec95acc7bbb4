package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.Sensor;
import io.emberwatch.protocol.Metric;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The hottest of the parts that are all alike: NVMe drives, memory modules. Of each the first temperature counts, which
 * stands for the whole of it ({@code Composite} on a drive).
 */
final class PartTempSampler implements Sampler {
    /** NVMe drives. */
    static final Set<String> NVME = Set.of("nvme");
    /** Sensors on memory modules, up to DDR4 and of DDR5. */
    static final Set<String> MEMORY = Set.of("jc42", "spd5118");

    private final MachineSensors sensors;
    private final Set<String> chips;
    private final Metric metric;

    PartTempSampler(MachineSensors sensors, Set<String> chips, Metric metric) {
        this.sensors = sensors;
        this.chips = chips;
        this.metric = metric;
    }

    @Override
    public void sample(Readout readout) {
        readout.put(
                metric,
                sensors.chips().stream()
                        .filter(chip -> chips.contains(chip.name()))
                        .map(chip -> chip.sensors("temp").findFirst())
                        .flatMap(Optional::<Sensor>stream)
                        .map(sensors::degrees)
                        .flatMapToDouble(OptionalDouble::stream)
                        .max());
    }
}
