package io.emberwatch.collector.demo;

import io.emberwatch.collector.store.embedded.PrivateFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The real probe as a process of its own, as it runs on every machine, but at one reading a second. */
final class ProbeProcess implements AutoCloseable {
    private static final Duration GOODBYE = Duration.ofSeconds(10);
    private static final String VARIABLES = "EMBERWATCH_";
    private static final int LOG_LINES_SHOWN = 3;

    private final Process process;
    private final DemoFolder folder;

    private ProbeProcess(Process process, DemoFolder folder) {
        this.process = process;
        this.folder = folder;
    }

    static ProbeProcess start(Path program, DemoFolder folder, InetSocketAddress collector, DemoMachine machine)
            throws IOException {
        PrivateFiles.write(folder.probeConf(), """
                collector.address = 127.0.0.1:%d
                machine.name = %s
                machine.key = %s
                sampling.interval = 1s
                spool.directory = %s
                status.socket = off
                """.formatted(
                        collector.getPort(), machine.name(), machine.key().text(), folder.probeSpool()));
        ProcessBuilder builder = new ProcessBuilder(
                program.toString(), "run", "--config", folder.probeConf().toString());
        // The environment would count more than the file: a probe that is set up here has its own collector. The
        // collector's own variables are none of the probe's business.
        builder.environment().keySet().removeIf(name -> name.startsWith(VARIABLES));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true)
                .redirectOutput(folder.probeLog().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        return new ProbeProcess(builder.start(), folder);
    }

    /** Ends what a killed demo left behind in this folder; returns how many processes. */
    static int endLeftBehind(DemoFolder folder) {
        List<ProcessHandle> leftBehind = ProcessHandle.allProcesses()
                .filter(process -> isProbeOf(folder, process))
                .toList();
        leftBehind.forEach(ProcessHandle::destroy);
        leftBehind.forEach(process -> process.onExit()
                .completeOnTimeout(process, GOODBYE.toSeconds(), TimeUnit.SECONDS)
                .thenAccept(ProbeProcess::kill)
                .join());
        return leftBehind.size();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Why it has ended by itself, with what it said last. */
    DemoFailed failure() throws IOException {
        List<String> lines = Files.readAllLines(folder.probeLog());
        String end = String.join(" / ", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        return new DemoFailed("the probe has ended by itself with exit code " + process.exitValue() + "; the end of "
                + folder.probeLog() + ": " + (end.isEmpty() ? "(nothing)" : end));
    }

    /** Asks it to end, so that it can say goodbye, and waits until it has ended. */
    @Override
    public void close() throws IOException {
        process.destroy();
        CompletableFuture<Process> ended = process.onExit();
        ended.completeOnTimeout(process, GOODBYE.toSeconds(), TimeUnit.SECONDS).join();
        kill(process.toHandle());
        Files.deleteIfExists(folder.probeConf());
    }

    private static void kill(ProcessHandle process) {
        if (process.isAlive()) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private static boolean isProbeOf(DemoFolder folder, ProcessHandle process) {
        return process.info()
                .arguments()
                .map(Arrays::asList)
                .filter(arguments -> arguments.contains(folder.probeConf().toString()))
                .isPresent();
    }
}
