package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.gpu.Gpus;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.link.CatchUpLimits;
import io.emberwatch.probe.link.Link;
import io.emberwatch.probe.link.LinkIdentity;
import io.emberwatch.probe.link.LinkTiming;
import io.emberwatch.probe.link.SamplingPulse;
import io.emberwatch.probe.sample.MachineFacts;
import io.emberwatch.probe.sample.MachineSampler;
import io.emberwatch.probe.sample.Sampler;
import io.emberwatch.probe.sample.Samplers;
import io.emberwatch.probe.sample.SamplingLoop;
import io.emberwatch.probe.spool.DiskSpool;
import io.emberwatch.probe.spool.SpoolInUseException;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.spool.SpoolSampler;
import io.emberwatch.probe.status.ProbeStatus;
import io.emberwatch.probe.status.StatusServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;

/**
 * The daemon, put together: sampling → spool → link.
 *
 * <p>Threads: <em>sampler</em> owns the samplers and appends to the spool; <em>spool</em> writes that to disk; <em>gpu-…</em>
 * talk to GPU drivers; <em>link</em> and <em>link-reader</em> own the connection; <em>status</em> answers who asks. They
 * meet in the spool and in the sampling pulse, which are thread-safe.
 */
final class ProbeDaemon {
    private static final Logger log = LoggerFactory.getLogger(ProbeDaemon.class);
    /** Time that a stop gives the link to send what is left; the service manager waits longer before it kills. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(3);
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
     * @param tree of the machine to watch
     * @throws java.util.NoSuchElementException if {@code settings} lack what {@code run} needs
     * @throws SpoolInUseException if another probe has the spool's directory
     */
    ProbeDaemon(Settings settings, KernelTree tree) throws SpoolInUseException {
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
        GpuSource gpus = Gpus.ofMachine(tree, system.getHardware()::getGraphicsCards, settings.tellsGpuProcesses());
        List<Sampler> samplers = new ArrayList<>(Samplers.ofMachine(system, tree, System::nanoTime));
        samplers.add(new SpoolSampler(spool));
        MachineSampler machine = new MachineSampler(samplers, gpus, clock);
        MachineFacts facts = MachineFacts.of(system, tree);
        facts.temperatureRemark().ifPresent(log::info);

        pulse = new SamplingPulse(settings.samplingInterval(), clock.instant(), System::nanoTime);
        link = new Link(
                new LinkIdentity(
                        settings.machineName(), settings.key().orElseThrow(), Version.text(), UUID.randomUUID()),
                settings.collector().orElseThrow().connector(),
                spool,
                pulse,
                new MachineNow(facts, gpus, settings.tellsGpuProcesses()),
                welcome -> overrideInterval(welcome.samplingInterval().orElse(settings.samplingInterval())),
                LinkTiming.USUAL,
                CatchUpLimits.USUAL,
                clock,
                new Random());
        sampling = new SamplingLoop(
                machine::take,
                sample -> {
                    long sequence = spool.append(sample);
                    // The probe's ledger: from here on the reading may not get lost.
                    log.debug("took reading {} at {}", sequence, sample.takenAt());
                    pulse.sampled(sample.takenAt());
                    link.nudge();
                },
                settings.samplingInterval(),
                System::nanoTime);
        statusSocket = settings.statusSocket();
        status = new ProbeStatus(
                new ProbeStatus.Self(
                        settings.machineName(),
                        settings.collector().orElseThrow().address().toString(),
                        Version.text(),
                        ProcessHandle.current().pid(),
                        clock.instant()),
                link,
                pulse,
                sampling::interval,
                spool,
                clock);
        samplerThread = thread("sampler", sampling);
        linkThread = thread("link", link);
    }

    void start() {
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
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Stops sampling, lets the link send what is left, and returns within some seconds. */
    void stop() throws InterruptedException {
        log.info("stopping");
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
        thread.setUncaughtExceptionHandler((dead, e) -> log.error("thread {} has died", dead.getName(), e));
        return thread;
    }
}
