package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The kernel's sensor chips, {@code /sys/class/hwmon}; its files are described in the kernel's {@code
 * Documentation/hwmon/sysfs-interface.rst}. Thread-safe.
 */
final class Hwmon {
    private final KernelTree tree;

    Hwmon(KernelTree tree) {
        this.tree = tree;
    }

    /** @param name the driver's, for example {@code coretemp}; empty if unknown */
    record Chip(String name, Path folder) {}

    /**
     * @param label what it measures, in the driver's words; empty if it does not say
     * @param value in the unit of its kind: thousandths of a degree, or revolutions per minute; absent if reading it fails
     */
    record Input(String label, OptionalLong value) {}

    List<Chip> chips() {
        return tree.list(tree.sys("class/hwmon")).stream().map(this::chip).toList();
    }

    /** The chip's inputs of one kind: {@code temp}, {@code fan}. */
    List<Input> inputs(Chip chip, String kind) {
        Pattern input = Pattern.compile(kind + "\\d+_input");
        return tree.list(chip.folder()).stream()
                .filter(file -> input.matcher(file.getFileName().toString()).matches())
                .map(this::input)
                .toList();
    }

    private Chip chip(Path folder) {
        // Before Linux 3.13 the attributes stood one level deeper.
        Path attributes = Files.exists(folder.resolve("name")) ? folder : folder.resolve("device");
        return new Chip(tree.text(attributes.resolve("name")).orElse(""), attributes);
    }

    private Input input(Path file) {
        Path label = file.resolveSibling(file.getFileName().toString().replace("_input", "_label"));
        Optional<String> text = tree.text(label);
        return new Input(text.orElse(""), tree.number(file));
    }
}
