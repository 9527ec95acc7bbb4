package io.emberwatch.probe.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The {@code /proc} and {@code /sys} of a kind of machine, from one file in {@code src/test/resources/trees}:
 *
 * <pre>
 * # a comment
 * [sys/devices/platform/coretemp.0/hwmon/hwmon2]   what follows lies in this folder; [] is the root
 * name = coretemp                                  a file and its content, which ends with the line
 * pp_dpm_sclk =                                    a file of several lines, each after a bar
 * | 0: 132Mhz *
 * | 1: 2100Mhz
 * config : ffffffff                                a file of other bytes than text
 * device -> sys/devices/platform/coretemp.0        a link, to a path from the root
 * </pre>
 */
public final class GoldenTree {
    private final FakeTree tree;
    private final List<String> targets = new ArrayList<>();
    private String folder = "";

    private GoldenTree(FakeTree tree) {
        this.tree = tree;
    }

    /** Writes the tree of {@code name} below {@code root}. */
    public static FakeTree unpack(String name, Path root) {
        return unpackResource("/trees/" + name + ".tree", root);
    }

    /** Writes a machine of a report from the field, in {@code src/test/resources/cases}. */
    public static FakeTree unpackCase(String name, Path root) {
        return unpackCase(name, "machine", root);
    }

    /**
     * One moment of such a machine, also over an earlier one.
     *
     * @param moment {@code before} or {@code after}
     */
    public static FakeTree unpackCase(String name, String moment, Path root) {
        return unpackResource("/cases/" + name + "/" + moment + ".tree", root);
    }

    private static FakeTree unpackResource(String resource, Path root) {
        FakeTree tree = new FakeTree(root);
        new GoldenTree(tree).write(lines(resource));
        return tree;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(GoldenTree.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("[")) {
                folder = line.substring(1, line.length() - 1);
            } else if (line.endsWith(" =")) {
                List<String> content = new ArrayList<>();
                while (i + 1 < lines.size() && lines.get(i + 1).startsWith("|")) {
                    content.add(lines.get(++i).substring(1).strip());
                }
                tree.file(path(line.substring(0, line.length() - 2)), String.join("\n", content));
            } else {
                writeOne(line);
            }
        }
        // A device of which nothing but its name matters is a folder without files.
        targets.stream().filter(target -> !tree.exists(target)).forEach(tree::folder);
    }

    private void writeOne(String line) {
        String[] words = line.split(" ", 3);
        if (words.length < 3) {
            throw new IllegalArgumentException("not a line of a tree: " + line);
        }
        switch (words[1]) {
            case "=" -> tree.file(path(words[0]), words[2]);
            case ":" -> tree.bytes(path(words[0]), words[2]);
            case "->" -> {
                tree.link(path(words[0]), words[2]);
                targets.add(words[2]);
            }
            default -> throw new IllegalArgumentException("not a line of a tree: " + line);
        }
    }

    private String path(String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }
}
