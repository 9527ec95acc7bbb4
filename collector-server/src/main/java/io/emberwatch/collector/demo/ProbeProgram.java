package io.emberwatch.collector.demo;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the probe is. It is a program of its own, so it is looked for in the places where it is built or installed. */
public final class ProbeProgram {
    private static final String NAME = "emberwatch-probe";
    private static final Path INSTALLED = Path.of("/opt", NAME, "bin", NAME);

    private ProbeProgram() {}

    /**
     * The probe to start.
     *
     * @param given named by the person; nothing else is tried then
     * @throws DemoFailed if there is none; the message names every place where it was looked for
     */
    public static Path find(Optional<Path> given) {
        String searchPath = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return find(given.map(List::of).orElseGet(() -> places(home(), searchPath)));
    }

    static Path find(List<Path> places) {
        return places.stream()
                .filter(place -> Files.isRegularFile(place) && Files.isExecutable(place))
                .findFirst()
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new DemoFailed("cannot find the probe: there is no program "
                        + String.join(", ", places.stream().map(Path::toString).toList())
                        + "; build it, or say where it is with --probe FILE"));
    }

    /**
     * Where the probe may be, the likeliest first.
     *
     * @param home folder of the collector with bin/ and lib/, if it is run from one
     * @param searchPath as in the environment variable PATH
     */
    static List<Path> places(Optional<Path> home, String searchPath) {
        List<Path> places = new ArrayList<>();
        home.ifPresent(collector -> {
            // As Maven builds both: collector-server/target/emberwatch-collector and
            // probe-client/target/emberwatch-probe.
            places.add(program(collector
                    .resolve("../../../probe-client/target")
                    .resolve(NAME)
                    .normalize()));
            places.add(program(collector.resolveSibling(NAME)));
            places.add(collector.resolve("bin").resolve(NAME));
        });
        Stream.of(searchPath.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, NAME))
                .forEach(places::add);
        places.add(INSTALLED);
        return places.stream().distinct().toList();
    }

    private static Path program(Path folder) {
        return folder.resolve("bin").resolve(NAME);
    }

    /** The folder above lib/, in which this class's jar is. */
    private static Optional<Path> home() {
        CodeSource source = ProbeProgram.class.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getPath().endsWith(".jar")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI()))
                    .map(Path::getParent)
                    .map(Path::getParent);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
