package io.emberwatch.collector.net.session;

import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.store.GpuProcessStore.RunningProcess;
import io.emberwatch.protocol.GpuProcesses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes items for ingest of what a probe says that runs on its GPUs. Whatever the probe's pace, the database writes at
 * most one each {@link #INTERVAL}: of those between, the newest waits until the probe says anything after that. Belongs
 * to the channel's event loop.
 */
final class ProcessReports {
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Session session;
    private final Clock clock;
    private Optional<Instant> lastAt = Optional.empty();
    private Optional<IngestItem.Processes> waiting = Optional.empty();

    ProcessReports(Session session, Clock clock) {
        this.session = session;
        this.clock = clock;
    }

    /** @param gpuUuids the GPUs of the inventory before; a process on another is passed over */
    void take(GpuProcesses message, List<String> gpuUuids) {
        List<RunningProcess> running = new ArrayList<>();
        for (GpuProcesses.OnGpu process : message.processes()) {
            if (process.gpuIndex() < gpuUuids.size()) {
                running.add(new RunningProcess(
                        gpuUuids.get(process.gpuIndex()),
                        process.pid(),
                        process.name(),
                        process.user(),
                        process.memUsedBytes() > 0 ? OptionalLong.of(process.memUsedBytes()) : OptionalLong.empty()));
            }
        }
        waiting = Optional.of(new IngestItem.Processes(session, message.takenAt(), running));
    }

    /** What is to be written now, if anything; the caller hands it on. */
    Optional<IngestItem.Processes> due() {
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        // A clock that was set back is no reason to wait for long.
        boolean isTooSoon = lastAt.map(last -> Duration.between(last, now))
                .filter(since -> !since.isNegative() && since.compareTo(INTERVAL) < 0)
                .isPresent();
        if (isTooSoon) {
            return Optional.empty();
        }
        lastAt = Optional.of(now);
        Optional<IngestItem.Processes> due = waiting;
        waiting = Optional.empty();
        return due;
    }
}
