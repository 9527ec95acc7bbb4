package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A GPU by a handle of one generation of NVML. Once that is over, its successor is in the next survey. A GPU that
 * sleeps is not read: that would keep it awake.
 */
final class NvmlGpu implements Gpu {
    private final NvmlSession session;
    private final int generation;
    private final Nvml.Device device;
    private final GpuFacts facts;
    private final NvmlQuery query;
    private final SlowdownMargin slowdownMargin = new SlowdownMargin();
    private final RecoveryAdvice advice;
    private final ProcessNames names;
    private final ReinitPolicy reinit;
    private final NvidiaPciDevices bus;

    NvmlGpu(
            NvmlSession session,
            int generation,
            Nvml.Device device,
            GpuFacts facts,
            ProcessNames names,
            ReinitPolicy reinit,
            NvidiaPciDevices bus,
            LongSupplier nanoTime) {
        this.session = session;
        this.generation = generation;
        this.device = device;
        this.facts = facts;
        this.query = new NvmlQuery(facts.info().uuid(), nanoTime);
        this.advice = new RecoveryAdvice(facts.info().uuid());
        this.names = names;
        this.reinit = reinit;
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
            reinit.answered(info().pciBusId());
            return reading;
        } catch (NvmlException e) {
            reinit.failed(info().pciBusId(), e.code());
            throw new Gpu.FaultException(e.code().fault(), e.getMessage(), e);
        } finally {
            session.leave();
        }
    }

    private Reading readNow() throws NvmlException {
        query.begin();
        NvmlValues values = new NvmlValues(device, facts, query, slowdownMargin);
        values.ask();
        List<GpuProcess> processes = names.of(info().uuid(), values.processes());
        query.end();
        RecoveryAdvice.Action action = advice.update(values.recoveryAction());
        if (action.fault() != GpuFault.NONE) {
            return new Reading(values.build(), processes, action.fault(), "its driver asks for " + action.words());
        }
        return values.coreTempRefusal()
                .map(refusal ->
                        new Reading(values.build(), processes, refusal.code().fault(), refusal.getMessage()))
                .orElseGet(() -> new Reading(values.build(), processes));
    }
}
