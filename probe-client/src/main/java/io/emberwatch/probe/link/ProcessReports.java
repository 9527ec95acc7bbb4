package io.emberwatch.probe.link;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides when a session says what runs on the machine's GPUs: when that or the inventory has changed, but not all the
 * time, for a program that asks for memory changes it at every look. Not thread-safe.
 */
final class ProcessReports {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final GpuIndex gpus;
    private List<GpuProcesses.OnGpu> reported;
    private long reportedAfter;
    private long reportedNanos;

    /** @param gpus of the session: only GPUs that it has announced can be referred to */
    ProcessReports(GpuIndex gpus) {
        this.gpus = gpus;
    }

    /**
     * What to say now; it counts as said.
     *
     * @param processes what runs now; none of a machine that keeps it to itself, which is reported once in each
     *     session, so that what it reported before does not stand there for ever
     * @param now the machine's clock
     * @param nanos of {@link System#nanoTime()}
     */
    Optional<GpuProcesses> next(List<GpuProcess> processes, Instant now, long nanos) {
        boolean early = reported != null && nanos - reportedNanos < INTERVAL.toNanos();
        if (early || gpus.isEmpty()) {
            return Optional.empty();
        }
        List<GpuProcesses.OnGpu> known = onKnownGpus(processes);
        // The collector takes what ran on a GPU that an inventory leaves out for ended.
        if (known.equals(reported) && gpus.announcements() == reportedAfter) {
            return Optional.empty();
        }
        reported = known;
        reportedAfter = gpus.announcements();
        reportedNanos = nanos;
        return Optional.of(new GpuProcesses(now, known));
    }

    private List<GpuProcesses.OnGpu> onKnownGpus(List<GpuProcess> processes) {
        return processes.stream()
                .flatMap(process -> gpus.positionOf(process.uuid()).stream()
                        .mapToObj(position -> new GpuProcesses.OnGpu(
                                position,
                                process.pid(),
                                Texts.fit(process.name()),
                                Texts.fit(process.user()),
                                process.memUsedBytes())))
                .limit(WireLimits.MAX_GPU_PROCESSES)
                .toList();
    }
}
