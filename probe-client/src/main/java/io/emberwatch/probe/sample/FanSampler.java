package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fastest and the slowest fan of the machine. A header without a fan reads 0 like a fan that stands still, so 0
 * counts only for a fan that has turned since the probe started. Fans of graphics cards are reported by their cards.
 */
final class FanSampler implements Sampler {
    /** More than any machine has, should its drivers be loaded anew for ever. */
    private static final int MAX_REMEMBERED = 1000;

    private static final Set<String> GRAPHICS_CHIPS = Set.of("amdgpu", "radeon", "nouveau", "i915", "xe");
    private static final String DISPLAY_CLASS = "0x03";
    private static final String ACCELERATOR_CLASS = "0x12";

    private final MachineSensors sensors;
    private final KernelTree tree;
    private final Set<Path> turned = new HashSet<>();
    private List<SensorTree.Sensor> fans = List.of();
    private long looksAtFans = -1;

    FanSampler(MachineSensors sensors, KernelTree tree) {
        this.sensors = sensors;
        this.tree = tree;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.FAN_RPM, Metric.FAN_MIN_RPM);
    }

    @Override
    public void sample(Readout readout) {
        long fastest = -1;
        long slowest = Long.MAX_VALUE;
        for (SensorTree.Sensor fan : fans()) {
            OptionalLong rpm = sensors.read(fan);
            // 65535 is a header of whose fan its controller knows nothing.
            if (rpm.isPresent()
                    && Metric.FAN_RPM.isCredible(rpm.getAsLong())
                    && (rpm.getAsLong() > 0 ? turnedNow(fan) : turned.contains(fan.file()))) {
                fastest = Math.max(fastest, rpm.getAsLong());
                slowest = Math.min(slowest, rpm.getAsLong());
            }
        }
        if (fastest >= 0) {
            readout.put(Metric.FAN_RPM, fastest);
            readout.put(Metric.FAN_MIN_RPM, slowest);
        }
    }

    private boolean turnedNow(SensorTree.Sensor fan) {
        if (turned.size() < MAX_REMEMBERED) {
            turned.add(fan.file());
        }
        return true;
    }

    private List<SensorTree.Sensor> fans() {
        if (sensors.looks() != looksAtFans) {
            fans = sensors.chips().stream()
                    .filter(chip -> !isGpu(tree, chip))
                    .flatMap(chip -> chip.sensors("fan"))
                    .toList();
            looksAtFans = sensors.looks();
        }
        return fans;
    }

    /** Whether a chip is on a graphics card. */
    static boolean isGpu(KernelTree tree, SensorTree.Chip chip) {
        String pciClass = tree.text(chip.folder().resolve("device/class")).orElse("");
        return GRAPHICS_CHIPS.contains(chip.name())
                || pciClass.startsWith(DISPLAY_CLASS)
                || pciClass.startsWith(ACCELERATOR_CLASS);
    }
}
