package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Whether heat keeps an Intel card's clocks down: the drivers i915 and xe tell the reasons, each in a file of its own. */
final class CardThrottling implements CardPart {
    private static final List<String> HEAT = List.of("reason_thermal", "reason_prochot", "reason_vr_thermalert");

    private final List<Path> reasons;

    CardThrottling(PciCard card, KernelTree tree) {
        Stream<Path> xe = parts(tree, card.device(), "tile")
                .flatMap(tile -> parts(tree, tile, "gt"))
                .flatMap(engine -> HEAT.stream().map(reason -> engine.resolve("freq0/throttle/" + reason)));
        Stream<Path> i915 = parts(tree, card.drm().resolve("gt"), "gt")
                .flatMap(engine -> HEAT.stream().map(reason -> engine.resolve("throttle_" + reason)));
        reasons = Stream.concat(xe, i915).filter(Files::exists).toList();
    }

    private static Stream<Path> parts(KernelTree tree, Path folder, String name) {
        return tree.list(folder).stream()
                .filter(part -> part.getFileName().toString().matches(name + "\\d{1,3}"));
    }

    @Override
    public boolean isThere() {
        return !reasons.isEmpty();
    }

    @Override
    public void read(CardFiles files, MetricValues.Builder values) {
        List<OptionalLong> told = reasons.stream().map(files::live).toList();
        if (told.stream().anyMatch(OptionalLong::isPresent)) {
            boolean hot = told.stream().anyMatch(reason -> reason.orElse(0) != 0);
            values.setRaw(Metric.GPU_THERMAL_THROTTLING, hot ? 1 : 0);
        }
    }
}
