package io.emberwatch.collector.net.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.store.GpuProcessStore.RunningProcess;
import io.emberwatch.protocol.GpuProcesses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProcessReportsTest {
    private static final List<String> GPUS = List.of("GPU-a", "GPU-b");

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final ProcessReports reports =
            new ProcessReports(new Session(1, "box1", 1, new UUID(1, 2), null), new ManualClock());

    @Test
    void the_first_is_written_at_once_by_the_uuids_of_the_gpus() {
        reports.take(report(process(1, 7, 1024), process(0, 8, 0), process(2, 9, 1)), GPUS);

        assertThat(reports.due())
                .map(IngestItem.Processes::running)
                .contains(List.of(
                        new RunningProcess("GPU-b", 7, "python3", "ada", OptionalLong.of(1024)),
                        new RunningProcess("GPU-a", 8, "python3", "ada", OptionalLong.empty())));
        assertThat(reports.due()).as("once").isEmpty();
    }

    @Test
    void of_those_that_come_too_fast_the_newest_is_written_when_it_is_time() {
        reports.take(report(process(0, 1, 1)), GPUS);
        reports.due();

        for (int pid = 2; pid < 10; pid++) {
            reports.take(report(process(0, pid, 1)), GPUS);
            assertThat(reports.due()).isEmpty();
        }
        now = now.plus(ProcessReports.INTERVAL);

        assertThat(reports.due()).map(item -> item.running().get(0).pid()).contains(9L);
    }

    @Test
    void a_clock_that_is_set_back_holds_up_nothing() {
        reports.take(report(), GPUS);
        reports.due();
        now = now.minus(Duration.ofDays(365));
        reports.take(report(), GPUS);

        assertThat(reports.due()).isPresent();
    }

    private GpuProcesses report(GpuProcesses.OnGpu... processes) {
        return new GpuProcesses(now, List.of(processes));
    }

    private static GpuProcesses.OnGpu process(int gpu, long pid, long memUsedBytes) {
        return new GpuProcesses.OnGpu(gpu, pid, "python3", "ada", memUsedBytes);
    }

    private final class ManualClock extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
