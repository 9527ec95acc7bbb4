package io.emberwatch.probe.app;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.link.Link;
import io.emberwatch.probe.link.LinkSettings;
import io.emberwatch.probe.link.SamplingPulse;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.sample.MachineFacts;
import io.emberwatch.probe.sample.MachineSampler;
import io.emberwatch.probe.sample.Samplers;
import io.emberwatch.probe.sample.SamplingLoop;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.spool.disk.DiskSpool;
import io.emberwatch.probe.status.ProbeStatus;
import io.emberwatch.probe.status.StatusServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;

/**
 * The daemon, put together: sampling → spool → link.
 *
 * <p>Threads: <em>sampler</em> owns the samplers and appends to the spool; <em>spool</em> writes that to disk;
 * <em>gpu-…</em> call GPU drivers, and <em>read-…</em> all else that may hang; <em>link</em> and <em>link-reader</em>
 * own the connection; <em>status</em> answers
 * who asks. They meet in the spool and in the sampling pulse, which are thread-safe.
 */
public final class ProbeDaemon {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeDaemon.class);
    /** Time that a stop gives the link to send what is left; the service manager waits longer before it kills. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(3);
    /** Readings begin without the inventory then, and it follows. */
    private static final Duration INVENTORY_PATIENCE = Duration.ofSeconds(10);
    /** A part of the heap, so that a long outage cannot take the memory that sampling needs. */
    private static final int SPOOL_HEAP_SHARE = 3;

    private final DiskSpool spool;
    private final SamplingLoop sampling;
    private final SamplingPulse pulse;
    private final Link link;
    private final Optional<Path> statusSocket;
    private final ProbeStatus status;
    private final Thread samplerThread;
    private final Thread linkThread;
    private volatile Optional<StatusServer> statusServer = Optional.empty();
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * What an operator has chosen.
     *
     * @param identity who this probe says it is
     * @param collectorAddress for people
     * @param reportsGpuProcesses whether the collector may know what runs on this machine's GPUs
     * @param spoolSync how much of the newest readings a loss of power may cost; zero: none
     * @param statusSocket empty if nobody is answered
     */
    public record Settings(
            LinkSettings.Identity identity,
            Connector connector,
            String collectorAddress,
            Duration samplingInterval,
            boolean reportsGpuProcesses,
            Path spoolDirectory,
            long spoolMaxBytes,
            Duration spoolMaxAge,
            Duration spoolSync,
            Optional<Path> statusSocket) {}

    /**
     * @param tree of the machine to watch
     * @throws Spool.InUseException if another probe has the spool's directory
     */
    public ProbeDaemon(Settings settings, KernelTree tree) throws Spool.InUseException {
        SystemInfo system = new SystemInfo();
        Clock clock = Clock.systemUTC();

        spool = DiskSpool.open(
                settings.spoolDirectory(),
                new SpoolLimits(
                        settings.spoolMaxBytes(),
                        settings.spoolMaxAge(),
                        Runtime.getRuntime().maxMemory() / SPOOL_HEAP_SHARE),
                settings.spoolSync(),
                clock,
                kernelBootId(tree));
        GpuSource gpus = Gpus.ofMachine(tree, system.getHardware()::getGraphicsCards, settings.reportsGpuProcesses());
        DeadlineCalls calls =
                new DeadlineCalls(DeadlineCalls.USUAL_DEADLINE, DeadlineCalls.USUALLY_HUNG_AFTER, System::nanoTime);
        MachineSampler machine = new MachineSampler(
                Samplers.ofMachine(
                        system.getHardware().getProcessor().getLogicalProcessorCount(),
                        tree.watchedBy(calls),
                        calls,
                        () -> OptionalDouble.of(spool.fillPercent()),
                        System::nanoTime),
                gpus,
                clock);
        Supplier<MachineFacts> facts = MachineFacts.asked(system, tree, INVENTORY_PATIENCE);
        facts.get().temperatureRemark().ifPresent(LOG::info);

        pulse = new SamplingPulse(settings.samplingInterval(), clock.instant(), System::nanoTime);
        link = new Link(
                new LinkSettings(settings.identity(), LinkSettings.Timing.DEFAULT, LinkSettings.CatchUp.DEFAULT),
                settings.connector(),
                spool,
                pulse,
                () -> facts.get().withGpus(gpus.inventory(), gpus.driver()),
                settings.reportsGpuProcesses() ? gpus::processes : List::of,
                welcome -> overrideInterval(welcome.samplingInterval().orElse(settings.samplingInterval())),
                clock,
                new Random());
        sampling = new SamplingLoop(machine::take, this::sampled, settings.samplingInterval(), System::nanoTime);
        statusSocket = settings.statusSocket();
        status = new ProbeStatus(
                new ProbeStatus.Self(
                        settings.identity().machineName(),
                        settings.collectorAddress(),
                        settings.identity().probeVersion(),
                        ProcessHandle.current().pid(),
                        clock.instant()),
                link,
                pulse,
                sampling::interval,
                machine::remarks,
                spool,
                clock);
        samplerThread = thread("sampler", sampling);
        linkThread = thread("link", link);
    }

    private void sampled(Sample sample) {
        long sequence = spool.append(sample);
        // The probe's ledger: from here on the reading may not get lost.
        LOG.debug("took reading {} at {}", sequence, sample.takenAt());
        pulse.sampled(sample.takenAt());
        link.nudge();
    }

    public void start() {
        samplerThread.start();
        linkThread.start();
        statusServer = statusSocket.flatMap(file -> StatusServer.open(file, status));
        statusServer.ifPresent(server -> {
            Thread thread = new Thread(server, "status");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Waits until a part of the daemon ends, on request or because it is broken. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Stops sampling, lets the link send what is left, and returns within some seconds. */
    public void stop() throws InterruptedException {
        LOG.info("stopping");
        statusServer.ifPresent(StatusServer::close);
        sampling.stop();
        samplerThread.join(1000);
        link.stop(STOP_GRACE);
        linkThread.join(STOP_GRACE.plusSeconds(1).toMillis());
        link.abort();
        spool.close();
    }

    private static UUID kernelBootId(KernelTree tree) {
        try {
            return tree.text(tree.proc("sys/kernel/random/boot_id"))
                    .map(UUID::fromString)
                    .orElse(new UUID(0, 0));
        } catch (IllegalArgumentException e) {
            return new UUID(0, 0);
        }
    }

    private void overrideInterval(Duration interval) {
        sampling.changeInterval(interval);
        pulse.changeInterval(sampling.interval());
    }

    private Thread thread(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } finally {
                        ended.countDown();
                    }
                },
                name);
        thread.setUncaughtExceptionHandler((dead, e) -> LOG.error("thread {} has died", dead.getName(), e));
        return thread;
    }
}
