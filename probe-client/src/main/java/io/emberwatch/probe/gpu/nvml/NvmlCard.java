package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.GpuCard;
import io.emberwatch.probe.gpu.GpuFaultException;
import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A card by a handle of one generation of NVML. Once that is over, its successor is in the next survey. A card that sleeps is
 * not read: that would keep it awake.
 */
final class NvmlCard implements GpuCard {
    private final NvmlSession session;
    private final int generation;
    private final Nvml.Device device;
    private final CardFacts facts;
    private final CardQuestions questions;
    private final SlowdownMargin slowdownMargin = new SlowdownMargin();
    private final RecoveryAdvice advice;
    private final ProcessNames names;
    private final RestartWishes wishes;
    private final NvidiaOnBus bus;

    NvmlCard(
            NvmlSession session,
            int generation,
            Nvml.Device device,
            CardFacts facts,
            ProcessNames names,
            RestartWishes wishes,
            NvidiaOnBus bus,
            LongSupplier nanoTime) {
        this.session = session;
        this.generation = generation;
        this.device = device;
        this.facts = facts;
        this.questions = new CardQuestions(facts.info().uuid(), nanoTime);
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
    public CardReading read() throws GpuFaultException {
        if (bus.isAsleep(info().pciBusId()) || !session.enter(generation)) {
            return CardReading.NOT_NOW;
        }
        try {
            CardReading reading = readNow();
            wishes.answered(info().pciBusId());
            return reading;
        } catch (NvmlException e) {
            wishes.hear(info().pciBusId(), e.code());
            throw new GpuFaultException(NvmlFaults.of(e.code()), e.getMessage(), e);
        } finally {
            session.leave();
        }
    }

    private CardReading readNow() throws NvmlException {
        questions.begin();
        NvmlValues values = new NvmlValues(device, facts, questions, slowdownMargin);
        values.ask();
        List<GpuProcess> processes = names.of(info().uuid(), values.processes());
        questions.end();
        RecoveryAction action = advice.hear(values.recoveryAction());
        if (action.fault() != GpuFault.NONE) {
            return new CardReading(values.build(), processes, action.fault(), "its driver asks for " + action.words());
        }
        return values.coreTempRefusal()
                .map(refusal ->
                        new CardReading(values.build(), processes, NvmlFaults.of(refusal.code()), refusal.getMessage()))
                .orElseGet(() -> new CardReading(values.build(), processes));
    }
}
