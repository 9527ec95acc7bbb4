package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.GpuCard;
import io.emberwatch.probe.gpu.GpuFaultException;
import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.protocol.GpuInfo;
import java.util.List;
import java.util.function.LongSupplier;

/** A card by a handle of one generation of NVML. Once that is over, its successor is in the next survey. */
final class NvmlCard implements GpuCard {
    private final NvmlSession session;
    private final int generation;
    private final Nvml.Device device;
    private final CardFacts facts;
    private final CardQuestions questions;
    private final ProcessNames names;
    private final RestartWishes wishes;

    NvmlCard(
            NvmlSession session,
            int generation,
            Nvml.Device device,
            CardFacts facts,
            ProcessNames names,
            RestartWishes wishes,
            LongSupplier nanoTime) {
        this.session = session;
        this.generation = generation;
        this.device = device;
        this.facts = facts;
        this.questions = new CardQuestions(facts.info().uuid(), nanoTime);
        this.names = names;
        this.wishes = wishes;
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
        if (!session.enter(generation)) {
            return CardReading.NOT_NOW;
        }
        try {
            return readNow();
        } catch (NvmlException e) {
            wishes.hear(info().pciBusId(), e.code());
            throw new GpuFaultException(NvmlFaults.of(e.code()), e.getMessage(), e);
        } finally {
            session.leave();
        }
    }

    private CardReading readNow() throws NvmlException {
        questions.begin();
        NvmlValues values = new NvmlValues(device, facts, questions);
        values.ask();
        List<GpuProcess> processes = names.of(info().uuid(), values.processes());
        questions.end();
        return new CardReading(values.build(), processes);
    }
}
