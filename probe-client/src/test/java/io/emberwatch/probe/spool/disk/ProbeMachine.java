package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.testing.FakeDisk;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A machine with a fake disk and clocks of its own, on which probes come and go. */
final class ProbeMachine {
    static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    final FakeDisk disk;
    SpoolLimits limits = new SpoolLimits(4 << 20, Duration.ofDays(7), 8 << 20);
    ManualSpool spool;
    private Instant now = START;
    private long nanos;

    ProbeMachine(long seed) {
        disk = new FakeDisk(seed);
    }

    ProbeMachine() {
        this(1);
    }

    /** Starts a probe. */
    ManualSpool open() throws IOException {
        spool = create();
        spool.open();
        spool.write();
        return spool;
    }

    /** A probe that has not looked at its disk yet. */
    ManualSpool create() {
        spool = new ManualSpool(disk, limits, new MachineClock(), () -> nanos, disk.kernelBootId());
        return spool;
    }

    /** Kills the probe and starts another. */
    ManualSpool reopenAfterKill() throws IOException {
        disk.crashProcess();
        return open();
    }

    ManualSpool reopenAfterPowerLoss() throws IOException {
        disk.crashMachine();
        return open();
    }

    void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    void setClock(Instant time) {
        now = time;
    }

    Instant now() {
        return now;
    }

    /** Takes readings, a second apart, and writes each. */
    List<Long> take(int readings, String... gpus) throws IOException {
        List<Long> sequences = new ArrayList<>();
        for (int i = 0; i < readings; i++) {
            pass(Duration.ofSeconds(1));
            sequences.add(spool.append(sample(now, i, gpus)));
            spool.write();
        }
        return sequences;
    }

    static Sample sample(Instant takenAt, long value, String... gpus) {
        MetricValues machine = MetricValues.builder(Scope.MACHINE)
                .setRaw(Metric.UPTIME_S, value)
                .setRaw(Metric.MEM_TOTAL_BYTES, 1L << 40)
                .build();
        MetricValues gpu = MetricValues.builder(Scope.GPU)
                .setRaw(Metric.GPU_MEM_USED_BYTES, value)
                .build();
        return new Sample(
                takenAt,
                machine,
                Stream.of(gpus).map(uuid -> new GpuSample(uuid, gpu)).toList());
    }

    /** All that can be read. */
    List<Sample.Numbered> readings() {
        List<Sample.Numbered> all = new ArrayList<>();
        long behind = 0;
        List<Sample.Numbered> next = spool.peek(behind, Long.MAX_VALUE, 100);
        while (!next.isEmpty()) {
            all.addAll(next);
            behind = next.get(next.size() - 1).sequence();
            next = spool.peek(behind, Long.MAX_VALUE, 100);
        }
        return all;
    }

    List<Long> sequences() {
        return readings().stream().map(Sample.Numbered::sequence).toList();
    }

    List<Lost> losses() {
        List<Lost> all = new ArrayList<>();
        Optional<Lost> next = spool.lossBehind(0);
        while (next.isPresent()) {
            all.add(next.get());
            next = spool.lossBehind(next.get().lastSequence());
        }
        return all;
    }

    List<String> segments() throws IOException {
        return disk.list().keySet().stream()
                .filter(name -> name.endsWith(".seg"))
                .toList();
    }

    private final class MachineClock extends Clock {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
