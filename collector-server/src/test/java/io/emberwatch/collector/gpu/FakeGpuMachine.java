package io.emberwatch.collector.gpu;

import io.emberwatch.collector.testing.TestFleet;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A machine with cards of NVIDIA's, as far as its probe can see: the probe is the real one, in a process of its own,
 * and what it asks for NVML plays a scene. What else it reads is that of the machine that runs the test.
 */
final class FakeGpuMachine implements AutoCloseable {
    private static final Path PROBE =
            Path.of("..", "probe-client").toAbsolutePath().normalize();
    private static final Path LIBRARY_SOURCE = PROBE.resolve("src/test/c/fake-nvml.c");
    private static final List<String> COMPILER = List.of("cc", "-shared", "-fPIC", "-pthread", "-o");

    /** Of this machine: enough for readings of the machine, and the process that the cards say runs on them. */
    private static final List<String> LINKED = List.of(
            "proc/stat",
            "proc/meminfo",
            "proc/loadavg",
            "proc/uptime",
            "proc/sys",
            "proc/" + ProcessHandle.current().pid());

    private final Path folder;
    private final Path scene;
    private final Path library;
    private final Path tree;
    private final List<Path> links = new ArrayList<>();
    private Process probe;

    /** @param folder for the library, the scene and the files of the probe */
    FakeGpuMachine(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        scene = folder.resolve("scene");
        library = Files.createDirectory(folder.resolve("lib")).resolve("libnvidia-ml.so.1");
        tree = Files.createDirectory(folder.resolve("tree"));
        for (String file : LINKED) {
            Path link = tree.resolve(file);
            Files.createDirectories(link.getParent());
            links.add(Files.createSymbolicLink(link, Path.of("/").resolve(file)));
        }
        Path driver = Files.createDirectories(tree.resolve("proc/driver/nvidia"));
        Files.writeString(driver.resolve("version"), "NVRM version: fake\n");
        compile(library.toString(), "-DSCENE=\"" + scene + "\"", LIBRARY_SOURCE.toString());
    }

    /** Whether this machine has a C compiler, which makes the library. */
    static boolean canBeBuilt() {
        try {
            return run(new ProcessBuilder("cc", "--version")) == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** From now on its cards are like this: keys and values as {@code fake-nvml.c} knows them. */
    void play(Map<String, String> keys) throws IOException {
        Path next = folder.resolve("next");
        Files.write(
                next,
                keys.entrySet().stream()
                        .map(key -> key.getKey() + " " + key.getValue())
                        .toList());
        Files.move(next, scene, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Its probe takes a reading each second. */
    void startProbe(InetSocketAddress collector, TestFleet.Member machine) throws IOException {
        Path conf = folder.resolve("probe.conf");
        Files.writeString(conf, """
                collector.address = 127.0.0.1:%d
                machine.name = %s
                machine.key = %s
                sampling.interval = 1s
                spool.directory = %s
                status.socket = off
                """.formatted(
                        collector.getPort(), machine.name(), machine.key().text(), folder.resolve("spool")));
        String classPath = PROBE.resolve("target/emberwatch-probe/lib") + "/*" + File.pathSeparator
                + PROBE.resolve("target/test-classes");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        classPath,
                        "io.emberwatch.probe.cli.ProbeOnTree",
                        tree.toString(),
                        "run",
                        "--config",
                        conf.toString())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().put("LD_LIBRARY_PATH", library.getParent().toString());
        probe = builder.start();
    }

    Path log() {
        return folder.resolve("probe.log");
    }

    /** Ends the probe; nobody who deletes the folder is to follow a link out of it. */
    @Override
    public void close() throws IOException {
        if (probe != null) {
            probe.destroyForcibly().onExit().join();
        }
        for (Path link : links) {
            Files.delete(link);
        }
    }

    private static void compile(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder compiler = new ProcessBuilder(
                Stream.concat(COMPILER.stream(), Stream.of(arguments)).toList());
        if (run(compiler) != 0) {
            throw new IOException("cannot build " + LIBRARY_SOURCE + ": " + String.join(" ", compiler.command()));
        }
    }

    private static int run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("hangs: " + builder.command());
        }
        return process.exitValue();
    }
}
