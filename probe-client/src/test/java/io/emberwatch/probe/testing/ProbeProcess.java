package io.emberwatch.probe.testing;

import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.probe.status.StatusClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The daemon as a process of its own, with a sample a second, that reports to a {@link FakeCollector} as gpu-1. */
public final class ProbeProcess implements AutoCloseable {
    public static final int EXIT_CODE_OF_SIGTERM = 128 + 15;

    private final Path folder;
    private final Process process;

    /**
     * Starts it.
     *
     * @param folder for its files
     * @param mainAndArguments the class to run, and what it takes before {@code run}
     */
    public ProbeProcess(Path folder, FakeCollector collector, String... mainAndArguments) throws IOException {
        this.folder = folder;
        Path key = Files.writeString(folder.resolve("probe.key"), FakeCollector.KEY.text() + "\n");
        Path conf = Files.writeString(folder.resolve("probe.conf"), """
                collector.address = %s
                machine.name      = gpu-1
                machine.key-file  = %s
                sampling.interval = 1s
                spool.directory   = %s
                status.socket     = %s
                log.level         = debug
                """.formatted(
                        collector.address(), key, folder.resolve("spool"), socket()));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(mainAndArguments));
        command.addAll(List.of("run", "--config", conf.toString()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public Process process() {
        return process;
    }

    public Path socket() {
        return folder.resolve("status.sock");
    }

    public FlatJson status() throws Exception {
        return FlatJson.parse(StatusClient.ask(socket(), Duration.ofSeconds(30)));
    }

    /** Kills it. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
