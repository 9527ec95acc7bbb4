package io.emberwatch.collector.faults;

import io.emberwatch.collector.testing.TestFleet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A real probe in a folder of its own, which can be killed and started again. What it logs comes through a pipe, so
 * that neither a kill nor a full disk takes a line that was written. Not thread-safe.
 */
final class ProbeUnderTest implements AutoCloseable {
    private static final Path PROGRAM =
            Path.of("..", "probe-client", "target", "emberwatch-probe", "bin", "emberwatch-probe");
    private static final String VARIABLES = "EMBERWATCH_PROBE_";
    private static final int STOP_TIMEOUT_SECONDS = 30;
    /** Larger than any file that is not the spool's, smaller than any segment. */
    private static final String NO_ROOM = "--fsize=16:";

    private static final String ROOM = "--fsize=unlimited:";

    private final TestFleet.Member machine;
    private final Path folder;
    private final Path conf;
    private final ProbeLog log = new ProbeLog();
    private final List<SequenceRange> mayBeLost = new ArrayList<>();
    private Process process;
    private Thread reader;
    private int kills;

    /**
     * Its spool forces rarely: SIGKILL takes nothing from what was written, but a force of a second, readings from
     * memory.
     */
    ProbeUnderTest(TestFleet.Member machine, Path folder, InetSocketAddress collector) throws IOException {
        this.machine = machine;
        this.folder = Files.createDirectories(folder);
        this.conf = Files.writeString(folder.resolve("probe.conf"), """
                collector.address = 127.0.0.1:%d
                machine.name = %s
                machine.key = %s
                sampling.interval = 1s
                spool.directory = %s
                spool.sync = 1m
                status.socket = off
                log.level = debug
                """.formatted(
                        collector.getPort(), machine.name(), machine.key().text(), spool()));
    }

    TestFleet.Member machine() {
        return machine;
    }

    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(PROGRAM.toString(), "run", "--config", conf.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith(VARIABLES));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process = builder.redirectErrorStream(true).start();
        Process started = process;
        reader = new Thread(() -> copyLog(started), "log-of-" + machine.name());
        reader.setDaemon(true);
        reader.start();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /**
     * SIGKILL; not by {@link Process#destroyForcibly()}, which closes the pipe too. Returns once it is dead and its
     * last word is read.
     */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
        kills++;
    }

    /** SIGTERM; {@link #awaitEnd()} waits for it. */
    void stop() {
        process.toHandle().destroy();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(machine.name() + "'s probe does not stop; see " + folder);
        }
        reader.join();
    }

    /**
     * From now on every write beyond the first bytes of a file fails with EFBIG, as on a full disk with ENOSPC; until
     * {@link #makeRoom()} or its end.
     */
    void fillDisk() throws IOException, InterruptedException {
        limitFiles(NO_ROOM);
    }

    void makeRoom() throws IOException, InterruptedException {
        limitFiles(ROOM);
    }

    /** Spoils the end of the spool of a probe that is not running; what may be gone with it is excused. */
    String tearSpool(Random random) throws IOException {
        SpoolTail tail = new SpoolTail(spool(), random);
        String what = tail.tear();
        mayBeLost.addAll(log.lastTaken(tail.mostReadingsLost()));
        return what;
    }

    ProbeLog log() {
        return log;
    }

    List<SequenceRange> mayBeLost() {
        return List.copyOf(mayBeLost);
    }

    int kills() {
        return kills;
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    private Path spool() {
        return folder.resolve("spool");
    }

    private void limitFiles(String limit) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), limit)
                .redirectErrorStream(true)
                .start();
        String words = new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (prlimit.waitFor() != 0 && process.isAlive()) {
            throw new IOException("prlimit (of util-linux) is needed to make a disk full: " + words);
        }
    }

    private void copyLog(Process started) {
        try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
                Writer file = Files.newBufferedWriter(
                        folder.resolve("probe.log"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                file.write(line + "\n");
                file.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
