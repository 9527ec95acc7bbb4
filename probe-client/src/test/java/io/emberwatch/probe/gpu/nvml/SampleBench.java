package io.emberwatch.probe.gpu.nvml;

import com.sun.management.OperatingSystemMXBean;
import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.gpu.GpuPoller;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.sample.MachineSampler;
import io.emberwatch.probe.sample.Samplers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Measures a full sample; see {@code src/bench/sample.sh}. */
public final class SampleBench {
    private static final int GPUS = 8;
    private static final double LIMIT_MS = 5;
    /** More than a hung GPU may delay its first reading beyond the deadline, on a machine that has other work too. */
    private static final Duration SLACK = Duration.ofMillis(250);

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final FakeNvmlLibrary library;
    private final GpuPoller gpus;
    private final MachineSampler machine;

    private SampleBench(Path folder) throws IOException {
        library = FakeNvmlLibrary.build(folder, "-O2");
        play(Scene.of(GPUS));
        KernelTree fakeTree = NvidiaTree.of(folder, GPUS);
        Files.createSymbolicLink(folder.resolve("proc"), Path.of("/proc"));
        NvmlDriver driver = new NvmlDriver(
                () -> NativeNvml.load(library.path()), fakeTree, true, Duration.ofSeconds(10), System::nanoTime);
        gpus = new GpuPoller(List.of(driver), GpuPoller.USUAL_DEADLINE, System::nanoTime);
        DeadlineCalls calls =
                new DeadlineCalls(DeadlineCalls.USUAL_DEADLINE, DeadlineCalls.USUALLY_HUNG_AFTER, System::nanoTime);
        machine = new MachineSampler(
                Samplers.ofMachine(
                        Runtime.getRuntime().availableProcessors(),
                        new KernelTree(Path.of("/")).watchedBy(calls),
                        calls,
                        OptionalDouble::empty,
                        System::nanoTime),
                gpus,
                Clock.systemUTC());
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "sample-bench");
        boolean good;
        try {
            SampleBench bench = new SampleBench(folder);
            int samples = Integer.parseInt(args[0]);
            bench.loop("warm-up", samples, Duration.ZERO);
            good = bench.loop("in a loop", samples, Duration.ZERO) <= LIMIT_MS;
            Duration interval = Duration.ofMillis(Long.parseLong(args[1]));
            good &= bench.loop("every " + args[1] + " ms", Integer.parseInt(args[2]), interval) <= LIMIT_MS;
            good &= bench.hang();
        } finally {
            delete(folder);
        }
        System.out.println(good ? "within limits" : "TOO MUCH");
        System.exit(good ? 0 : 1);
    }

    /** @return CPU time of a sample, ms */
    private double loop(String what, int samples, Duration interval) throws InterruptedException {
        requireAllGpus();
        long cpu = PROCESS.getProcessCpuTime();
        long longest = 0;
        long total = 0;
        for (int i = 0; i < samples; i++) {
            Thread.sleep(interval.toMillis());
            long took = takeOne();
            total += took;
            longest = Math.max(longest, took);
        }
        double cpuMs = (PROCESS.getProcessCpuTime() - cpu) / 1e6 / samples;
        System.out.printf(
                Locale.ROOT,
                "%-13s %5d samples: %.2f ms CPU each, %.2f ms of time, at most %.1f ms%n",
                what,
                samples,
                cpuMs,
                total / 1e6 / samples,
                longest / 1e6);
        return cpuMs;
    }

    /** @return whether one GPU that hangs delays the first reading by the deadline and no other */
    private boolean hang() throws IOException {
        play(Scene.of(GPUS).with("5.hang", "1"));
        long first = takeOne();
        long longest = 0;
        for (int i = 0; i < 100; i++) {
            longest = Math.max(longest, takeOne());
        }
        play(Scene.of(GPUS));
        System.out.printf(
                Locale.ROOT,
                "one card hangs: the first reading takes %.1f ms (deadline %d ms), each of 100 others at most %.1f ms%n",
                first / 1e6,
                GpuPoller.USUAL_DEADLINE.toMillis(),
                longest / 1e6);
        return first <= GpuPoller.USUAL_DEADLINE.plus(SLACK).toNanos() && longest <= SLACK.toNanos();
    }

    private long takeOne() {
        long begun = System.nanoTime();
        int gpus = machine.take().gpus().size();
        long took = System.nanoTime() - begun;
        if (gpus != GPUS) {
            throw new IllegalStateException("a sample has " + gpus + " cards");
        }
        return took;
    }

    private void requireAllGpus() {
        if (!gpus.awaitSurvey(Duration.ofSeconds(10))) {
            throw new IllegalStateException("no survey");
        }
    }

    private void play(Scene scene) throws IOException {
        library.play(scene.text().toArray(new String[0]));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
