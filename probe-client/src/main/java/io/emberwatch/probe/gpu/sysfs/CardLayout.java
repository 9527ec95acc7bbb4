package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.SensorChip;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Where the values of a card are to be found. It changes when its driver is loaded anew.
 *
 * @param chips that of the whole card first: i915 has more, for parts of it, with longer names
 */
record CardLayout(PciCard card, List<SensorChip> chips) {
    /** The kinds of sensors that a card is asked for. */
    static final Set<String> KINDS = Set.of("temp", "freq");

    CardLayout {
        chips = chips.stream()
                .sorted(Comparator.comparingInt(chip -> chip.name().length()))
                .toList();
    }

    List<Path> chipFolders() {
        return chips.stream().map(SensorChip::folder).toList();
    }
}
