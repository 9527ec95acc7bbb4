package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.mail.text.MailDraft.Line;
import io.emberwatch.collector.mail.text.MailDraft.Table;
import io.emberwatch.collector.model.GpuFacts;
import io.emberwatch.collector.model.GpuFacts.GpuProcess;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Xid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a mail tells of cards in its tables: which are concerned, what ran on them, what their driver said. */
final class CardTables {
    /** A machine tells the names; they are to leave room for what else the line says. */
    private static final int MAX_NAME_CHARACTERS = 60;

    private CardTables() {}

    /** Empty tables are among them. */
    static List<Table> of(MailFacts facts, Metric metric) {
        if (facts.kind() == MailKind.CLEARED) {
            return List.of();
        }
        GpuFacts cards = facts.cards();
        return List.of(
                new Table(
                        metric == Metric.GPU_MISSING_COUNT ? "Missing" : "Its GPUs",
                        cards.cards().stream()
                                .map(card -> new Line(HeadlineParts.shortName(card), identity(card)))
                                .map(CardTables::printable)
                                .toList()),
                new Table(
                        "Processes on it"
                                + cards.processesToldAt()
                                        .map(time -> ", as last told at " + Phrases.timeUtc(time))
                                        .orElse(""),
                        processes(cards)),
                new Table(
                        "XID errors (UTC)",
                        cards.xids().stream()
                                .map(error -> new Line(
                                        Phrases.time(error.at()),
                                        error.xid() + ": " + Xid.of(error.xid()).meaning()))
                                .toList()));
    }

    /** All that tells this card from any other. */
    static String name(Gpu gpu) {
        return gpu.model().isEmpty() ? gpu.uuid() : gpu.slot() + ", " + identity(gpu);
    }

    private static String identity(Gpu gpu) {
        return Stream.of(gpu.model(), gpu.uuid(), gpu.pciBusId().isEmpty() ? "" : "PCI " + gpu.pciBusId())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    /** The temperature that it aims for, and those at which it does something about heat itself. */
    static Optional<String> limits(Gpu gpu) {
        String limits = Stream.of(
                        limit(" target", gpu.targetTempC()),
                        limit(" slowdown", gpu.slowdownTempC()),
                        limit(" shutdown", gpu.shutdownTempC()),
                        limit(" memory", gpu.memMaxTempC()))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
        return Optional.of(limits).filter(text -> !text.isEmpty());
    }

    private static Optional<String> limit(String what, OptionalInt limitC) {
        return limitC.isPresent() ? Optional.of(limitC.getAsInt() + " °C" + what) : Optional.empty();
    }

    private static List<Line> processes(GpuFacts cards) {
        List<Line> lines = new ArrayList<>();
        cards.processes().forEach(process -> lines.add(new Line("pid " + process.pid(), process(process))));
        if (cards.moreProcesses() > 0) {
            lines.add(new Line("and", cards.moreProcesses() + " more"));
        }
        return lines;
    }

    private static String process(GpuProcess process) {
        String name = Phrases.cut(process.name(), MAX_NAME_CHARACTERS);
        String user = Phrases.cut(process.user(), MAX_NAME_CHARACTERS);
        StringBuilder text = new StringBuilder(name.isEmpty() ? "unknown program" : name);
        if (!user.isEmpty()) {
            text.append(" of ").append(user);
        }
        process.memUsedBytes().ifPresent(bytes -> text.append(", ").append(Phrases.bytes(bytes)));
        process.endedAt().ifPresent(end -> text.append(", ended at ").append(Phrases.timeUtc(end)));
        return text.toString();
    }

    private static Line printable(Line line) {
        return new Line(Phrases.oneLine(line.label()), Phrases.oneLine(line.value()));
    }
}
