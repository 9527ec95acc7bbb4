package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is mounted on {@code /proc} or on a file in it.
 *
 * @param options of the filesystem
 */
record ProcMount(String type, Set<String> options) {
    private static final int MOUNT_POINT = 4;

    /** The last that was mounted there, from {@code /proc/self/mountinfo} (see {@code proc(5)}). */
    static Optional<ProcMount> at(String path, KernelTree tree) {
        return tree.text(tree.proc("self/mountinfo")).stream()
                .flatMap(String::lines)
                .flatMap(line -> parse(line, path))
                .reduce((earlier, later) -> later);
    }

    private static Stream<ProcMount> parse(String line, String path) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int hyphen = fields.indexOf("-");
        boolean matches = hyphen > MOUNT_POINT
                && fields.size() > hyphen + 3
                && fields.get(MOUNT_POINT).equals(path);
        return matches
                ? Stream.of(new ProcMount(
                        fields.get(hyphen + 1),
                        Set.copyOf(Arrays.asList(fields.get(hyphen + 3).split(",", -1)))))
                : Stream.empty();
    }
}
