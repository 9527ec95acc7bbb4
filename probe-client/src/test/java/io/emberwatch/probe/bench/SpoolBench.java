package io.emberwatch.probe.bench;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.spool.disk.DiskSpool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Measures the spool; see {@code src/bench/spool.sh}. */
public final class SpoolBench {
    private static final int READINGS_PER_PEEK = 1000;

    private SpoolBench() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(
                Files.createDirectories(Path.of(args[0]).toAbsolutePath()), "spool-bench");
        try {
            for (int gpus : new int[] {0, 0, 8}) {
                throughput(
                        directory.resolve("of-" + gpus + "-gpus-" + System.nanoTime()),
                        Integer.parseInt(args[1]),
                        gpus);
            }
            long seconds = Long.parseLong(args[2]);
            if (seconds > 0) {
                cpu(directory, seconds);
            }
        } finally {
            delete(directory);
        }
    }

    private static void throughput(Path directory, int readings, int gpus) throws IOException {
        SpoolLimits limits = new SpoolLimits(
                1L << 30, Duration.ofDays(7), Runtime.getRuntime().maxMemory() / 3);
        UUID kernel = UUID.randomUUID();
        Sample[] samples = samples(gpus);
        long bytes;
        long begun = System.nanoTime();
        try (DiskSpool spool = open(directory, limits, kernel)) {
            for (int i = 0; i < readings; i++) {
                spool.append(samples[i % samples.length]);
            }
            print("append", readings, gpus, begun);
            bytes = spool.status().bytes();
        }
        begun = System.nanoTime();
        try (DiskSpool spool = open(directory, limits, kernel)) {
            print("open", readings, gpus, begun);
            begun = System.nanoTime();
            long read = 0;
            List<Sample.Numbered> next = spool.peek(0, Long.MAX_VALUE, READINGS_PER_PEEK);
            while (!next.isEmpty()) {
                read += next.size();
                long last = next.get(next.size() - 1).sequence();
                spool.acknowledge(AcknowledgedRange.upTo(last));
                next = spool.peek(last, Long.MAX_VALUE, READINGS_PER_PEEK);
            }
            print("replay", read, gpus, begun);
        }
        System.out.printf(Locale.ROOT, "  %d bytes a reading on disk%n", bytes / readings);
    }

    private static DiskSpool open(Path directory, SpoolLimits limits, UUID kernel) throws IOException {
        return DiskSpool.open(directory, limits, Duration.ofSeconds(1), Clock.systemUTC(), kernel);
    }

    private static void print(String what, long readings, int gpus, long begunNanos) {
        double seconds = (System.nanoTime() - begunNanos) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-7s %7d readings with %d GPUs: %8.0f readings/s%n",
                what,
                readings,
                gpus,
                readings / seconds);
    }

    /** CPU time of two probes side by side, so that what else the machine does meets both. */
    private static void cpu(Path directory, long seconds) throws Exception {
        Path inTheWay = Files.writeString(directory.resolve("in-the-way"), "not a directory");
        Process onDisk = probe(directory.resolve("spool"));
        Process inMemory = probe(inTheWay);
        try {
            boolean ended = onDisk.waitFor(20, TimeUnit.SECONDS);
            Duration disk = cpuOf(onDisk);
            Duration memory = cpuOf(inMemory);
            ended |= onDisk.waitFor(seconds, TimeUnit.SECONDS);
            disk = cpuOf(onDisk).minus(disk);
            memory = cpuOf(inMemory).minus(memory);
            System.out.printf(
                    Locale.ROOT,
                    "CPU in %d s at a reading a second: %d ms on disk, %d ms in memory, ratio %.2f%s%n",
                    seconds,
                    disk.toMillis(),
                    memory.toMillis(),
                    (double) disk.toMillis() / memory.toMillis(),
                    ended ? " (a probe has ended: not valid)" : "");
        } finally {
            onDisk.destroyForcibly().waitFor();
            inMemory.destroyForcibly().waitFor();
        }
    }

    private static Process probe(Path spool) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.emberwatch.probe.cli.ProbeCli",
                "run",
                "--config",
                "/dev/null",
                // Nobody listens there.
                "--collector-address",
                "127.0.0.1:9",
                "--machine-name",
                "bench",
                "--sampling-interval",
                "1s",
                "--status-socket",
                "off",
                "--spool-directory",
                spool.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("EMBERWATCH_PROBE_MACHINE_KEY", "A".repeat(43));
        return builder.start();
    }

    private static Duration cpuOf(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static Sample[] samples(int gpus) {
        Sample[] samples = new Sample[1000];
        for (int i = 0; i < samples.length; i++) {
            int value = i;
            List<GpuSample> ofGpus = Stream.iterate(0, gpu -> gpu + 1)
                    .limit(gpus)
                    .map(gpu -> new GpuSample("GPU-5c1f0000-0000-0000-0000-00000000000" + gpu, all(Scope.GPU, value)))
                    .toList();
            samples[i] = new Sample(Instant.now(), all(Scope.MACHINE, value), ofGpus);
        }
        return samples;
    }

    private static MetricValues all(Scope scope, int value) {
        MetricValues.Builder values = MetricValues.builder(scope);
        for (Metric metric : scope.metrics()) {
            values.setRaw(metric, Math.min(500 + value, metric.maxRaw()));
        }
        return values.build();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
