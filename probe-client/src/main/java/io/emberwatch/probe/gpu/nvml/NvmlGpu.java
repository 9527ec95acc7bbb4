package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A GPU by a handle of one generation of NVML. Once that is over, its successor is in the next survey. A GPU that sleeps is
 * not read: that would keep it awake.
 */
final class NvmlGpu implements Gpu {
    private final NvmlSession session;
    private final int generation;
    private final Nvml.Device device;
    private final GpuFacts facts;
    private final NvmlQuery questions;
    private final SlowdownMargin slowdownMargin = new SlowdownMargin();
    private final RecoveryAdvice advice;
    private final ProcessNames names;
    private final ReinitPolicy wishes;
    private final NvidiaPciDevices bus;

    NvmlGpu(
            NvmlSession session,
            int generation,
            Nvml.Device device,
            GpuFacts facts,
            ProcessNames names,
            ReinitPolicy wishes,
            NvidiaPciDevices bus,
            LongSupplier nanoTime) {
        this.session = session;
        this.generation = generation;
        this.device = device;
        this.facts = facts;
        this.questions = new NvmlQuery(facts.info().uuid(), nanoTime);
        this.advice = new RecoveryAdvice(facts.info().uuid());
        this.names = names;
        this.wishes = wishes;
        this.bus = bus;
    }

    @Override
    public GpuInfo info() {
        return facts.info();
    }

    Nvml.Device device() {
        return device;
    }

    @Override
    public Reading read() throws Gpu.FaultException {
        if (bus.isAsleep(info().pciBusId()) || !session.enter(generation)) {
            return Reading.NOT_NOW;
        }
        try {
            Reading reading = readNow();
            wishes.answered(info().pciBusId());
            return reading;
        } catch (NvmlException e) {
            wishes.hear(info().pciBusId(), e.code());
            throw new Gpu.FaultException(e.code().fault(), e.getMessage(), e);
        } finally {
            session.leave();
        }
    }

    private Reading readNow() throws NvmlException {
        questions.begin();
        NvmlValues values = new NvmlValues(device, facts, questions, slowdownMargin);
        values.ask();
        List<GpuProcess> processes = names.of(info().uuid(), values.processes());
        questions.end();
        RecoveryAdvice.Action action = advice.hear(values.recoveryAction());
        if (action.fault() != GpuFault.NONE) {
            return new Reading(values.build(), processes, action.fault(), "its driver asks for " + action.words());
        }
        return values.coreTempRefusal()
                .map(refusal ->
                        new Reading(values.build(), processes, refusal.code().fault(), refusal.getMessage()))
                .orElseGet(() -> new Reading(values.build(), processes));
    }
}
