package io.emberwatch.probe.model;

import io.emberwatch.probe.link.GpuIndex;
import io.emberwatch.probe.link.LinkSettings;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.spool.disk.ManualSpool;
import io.emberwatch.probe.spool.disk.TestSpools;
import io.emberwatch.probe.testing.FakeDisk;
import io.emberwatch.probe.testing.Fixtures;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A machine with its disk and clocks, on which one probe runs; records in the ledger what the probe has promised. */
final class Machine {
    final FakeDisk disk;
    final ManualClock clock = new ManualClock();
    private final Seams seams;
    private final Ledger ledger;
    private final SpoolLimits limits;
    private final LinkSettings.CatchUp catchUp;
    private ManualSpool log;
    private Spool spool;
    private GpuIndex gpus;
    private Optional<ProbeSession> session = Optional.empty();
    private String[] gpuUuids = {};

    Machine(long seed, Seams seams, Ledger ledger, SpoolLimits limits, LinkSettings.CatchUp catchUp) {
        this.disk = new FakeDisk(seed);
        this.seams = seams;
        this.ledger = ledger;
        this.limits = limits;
        this.catchUp = catchUp;
        start();
    }

    Spool spool() {
        return spool;
    }

    Optional<ProbeSession> session() {
        return session;
    }

    /** From now on the machine has these GPUs. */
    void fit(String... uuids) {
        gpuUuids = uuids;
    }

    void take() {
        MetricValues values = ledger.number(MetricValues.builder(Scope.MACHINE)).build();
        MetricValues ofGpu = MetricValues.builder(Scope.GPU)
                .setRaw(Metric.GPU_MEM_USED_BYTES, ledger.size())
                .build();
        Sample sample = new Sample(
                clock.instant(),
                values,
                Stream.of(gpuUuids).map(uuid -> new GpuSample(uuid, ofGpu)).toList());
        long sequence = spool.append(sample);
        ledger.took(spool.bootId(), sequence, sample);
        noteLossesThatBecameOne();
    }

    void write() throws IOException {
        int failedForces = disk.failedForces();
        try {
            log.write();
        } catch (IOException e) {
            if (disk.failedForces() > failedForces) {
                ledger.forceFailed();
            }
            throw e;
        } finally {
            noteLossesThatBecameOne();
        }
        if (log.isWritten()) {
            ledger.allIsWritten();
        }
    }

    void force() throws IOException {
        try {
            log.force();
        } catch (IOException e) {
            ledger.forceFailed();
            throw e;
        } finally {
            noteLossesThatBecameOne();
        }
        ledger.writtenIsForced();
    }

    void tidy() throws IOException {
        try {
            log.tidy();
        } finally {
            noteLossesThatBecameOne();
        }
    }

    void connect(Wire.Pair wires) {
        session = Optional.of(new ProbeSession(wires, seams, spool, gpus, catchUp, clock.instant()));
    }

    void disconnect() {
        session.ifPresent(old -> old.wires().toCollector().end());
        session = Optional.empty();
    }

    boolean send() {
        Inventory machine = Fixtures.inventory(gpuUuids);
        boolean said = session.isPresent() && session.get().send(machine, clock.instant());
        noteLossesThatBecameOne();
        return said;
    }

    void stopAndStart() {
        session.ifPresent(ProbeSession::sayGoodbye);
        try {
            log.close();
            ledger.allIsWritten();
            ledger.writtenIsForced();
        } catch (IOException e) {
            ledger.forceFailed();
        }
        disk.crashProcess();
        endOfProcess();
    }

    /** Whether readings would be lost with the process. */
    boolean holdsMoreThanTheDisk() {
        return !log.isWritten();
    }

    void kill() {
        disk.crashProcess();
        endOfProcess();
    }

    void losePower() {
        evictionsMayBeForgotten();
        disk.crashMachine();
        disconnect();
        ledger.powerLost();
        start();
    }

    /** What is known of them may go with the state; then they stand among what is lost otherwise. */
    private void evictionsMayBeForgotten() {
        losses().stream()
                .filter(lost -> lost.reason() == Lost.Reason.SPOOL_FULL || lost.reason() == Lost.Reason.TOO_OLD)
                .forEach(ledger::mayBeReportedOtherwise);
    }

    /** Of more losses than a spool remembers the oldest two become one, which has the reason of one of them. */
    private void noteLossesThatBecameOne() {
        List<Lost> losses = losses();
        if (losses.size() >= TestSpools.MAX_LOSSES) {
            ledger.mayBeReportedOtherwise(losses.get(0));
        }
    }

    private List<Lost> losses() {
        List<Lost> losses = new ArrayList<>();
        Optional<Lost> next = spool.lossBehind(0);
        while (next.isPresent()) {
            losses.add(next.get());
            next = spool.lossBehind(next.get().lastSequence());
        }
        return losses;
    }

    private void endOfProcess() {
        disconnect();
        evictionsMayBeForgotten();
        ledger.processEnded();
        start();
    }

    private void start() {
        clock.pass(Duration.ofMillis(1500));
        gpus = new GpuIndex();
        log = new ManualSpool(seams.files(disk), limits, clock, clock::nanos, disk.kernelBootId());
        spool = seams.spool(log);
        try {
            log.open();
            write();
            // Before a number is given, its start is on disk: a clock that is set back cannot give it again.
            force();
        } catch (IOException e) {
            // It lives in memory until the disk is better.
            return;
        }
    }

    List<String> segments() throws IOException {
        return disk.list().keySet().stream()
                .filter(name -> name.endsWith(".seg"))
                .toList();
    }
}
