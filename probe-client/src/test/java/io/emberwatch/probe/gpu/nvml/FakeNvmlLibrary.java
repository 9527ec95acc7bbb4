package io.emberwatch.probe.gpu.nvml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A library {@code libnvidia-ml.so.1} without a GPU behind it, built from {@code src/test/c/fake-nvml.c}, and the scene
 * it plays.
 */
final class FakeNvmlLibrary {
    private static final Path SOURCE = Path.of("src/test/c/fake-nvml.c");

    private final Path library;
    private final Path scene;

    private FakeNvmlLibrary(Path library, Path scene) {
        this.library = library;
        this.scene = scene;
    }

    /** Whether this machine can build it. */
    static boolean canBeBuilt() {
        try {
            return run(List.of("cc", "--version")) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** @param options for the compiler */
    static FakeNvmlLibrary build(Path folder, String... options) throws IOException {
        Path library = folder.resolve("libnvidia-ml.so.1");
        Path scene = folder.resolve("scene");
        Files.writeString(scene, "");
        List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o"));
        command.add(library.toString());
        command.add("-DSCENE=\"" + scene + "\"");
        command.addAll(List.of(options));
        command.add(SOURCE.toString());
        if (run(command) != 0) {
            throw new IOException("cannot build " + SOURCE);
        }
        return new FakeNvmlLibrary(library, scene);
    }

    /** Another one that plays the same, and that no one else has loaded. */
    FakeNvmlLibrary copyTo(Path folder) throws IOException {
        Path copy = Files.copy(library, folder.resolve(library.getFileName()));
        return new FakeNvmlLibrary(copy, scene);
    }

    String path() {
        return library.toString();
    }

    /** From now on it plays this. */
    void play(String... lines) throws IOException {
        Path next = scene.resolveSibling("next");
        Files.writeString(next, String.join("\n", lines) + "\n");
        Files.move(next, scene, StandardCopyOption.ATOMIC_MOVE);
    }

    private static int run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the compiler hangs");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
