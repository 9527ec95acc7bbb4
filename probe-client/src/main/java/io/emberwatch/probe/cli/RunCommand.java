package io.emberwatch.probe.cli;

import io.emberwatch.probe.app.ProbeDaemon;
import io.emberwatch.probe.deadline.DeadlineCall;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.link.LinkSettings;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.conf.ConfException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code run}: the daemon, in the foreground. It ends on SIGTERM or SIGINT, and the JVM then exits with 128 plus the
 * signal's number (143 for SIGTERM), as is usual.
 */
@Command(
        name = "run",
        description = "Samples this machine and streams the readings to the collector, until stopped.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    /** Longer than a stop takes that has to wait for everything, and shorter than the service manager waits. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(14);

    private static final int ENDED_BY_SIGTERM = 128 + 15;

    private final ConfOptions options;
    private final KernelTree tree;

    @Spec
    private CommandSpec spec;

    RunCommand(ConfOptions options, KernelTree tree) {
        this.options = options;
        this.tree = tree;
    }

    @Override
    public Integer call() throws InterruptedException, Spool.InUseException {
        Settings settings = options.settings(spec);
        requireRunnable(settings);
        // The default level is read once, by whoever logs first; this is read for each of our loggers.
        System.setProperty("org.slf4j.simpleLogger.log.io.emberwatch", settings.logLevel());

        Logger LOG = LoggerFactory.getLogger(RunCommand.class);
        settings.collector().flatMap(CollectorAccess::warning).ifPresent(LOG::warn);
        ProbeDaemon daemon = new ProbeDaemon(daemonSettings(settings), tree);
        AtomicBoolean stopping = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(daemon, stopping), "stop"));
        LOG.info(
                "emberwatch-probe {} samples {} every {} ms",
                Version.text(),
                settings.machineName(),
                settings.samplingInterval().toMillis());
        daemon.start();
        daemon.awaitEnd();
        // Any other end is a defect; the service manager starts the probe again.
        return stopping.get() ? ProbeCli.DONE : ProbeCli.FAILED;
    }

    /** Refuses settings that suffice for other commands but not for this one. */
    static void requireRunnable(Settings settings) {
        require(settings.collector().isPresent(), ProbeKeys.COLLECTOR_ADDRESS.name());
        require(settings.key().isPresent(), ProbeKeys.MACHINE_KEY_FILE + " or " + ProbeKeys.MACHINE_KEY);
    }

    private static ProbeDaemon.Settings daemonSettings(Settings settings) {
        CollectorAccess collector = settings.collector().orElseThrow();
        return new ProbeDaemon.Settings(
                new LinkSettings.Identity(
                        settings.machineName(), settings.key().orElseThrow(), Version.text(), UUID.randomUUID()),
                collector.connector(),
                collector.address().toString(),
                settings.samplingInterval(),
                settings.tellsGpuProcesses(),
                settings.spoolDirectory(),
                settings.spoolMaxBytes(),
                settings.spoolMaxAge(),
                settings.spoolSync(),
                settings.statusSocket());
    }

    /** A stop that hangs itself, in a call that never returns, is cut short. */
    private static void stop(ProbeDaemon daemon, AtomicBoolean stopping) {
        stopping.set(true);
        Thread halt = DeadlineCall.daemonThread(
                () -> {
                    LockSupport.parkNanos(LONGEST_STOP.toNanos());
                    Runtime.getRuntime().halt(ENDED_BY_SIGTERM);
                },
                "halt");
        halt.start();
        try {
            daemon.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void require(boolean present, String keys) {
        if (!present) {
            throw new ConfException(
                    keys + " must be set, in " + ConfOptions.DEFAULT_FILE + ", by flag or in the environment");
        }
    }
}
