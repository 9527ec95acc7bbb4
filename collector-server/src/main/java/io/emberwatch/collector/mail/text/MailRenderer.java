package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.mail.text.MailDraft.Line;
import io.emberwatch.collector.mail.text.MailDraft.Table;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailFacts.Machine;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import io.emberwatch.protocol.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Writes alarm mails. Pure. The reader may know neither Emberwatch nor the machine: the first two lines say what is wrong
 * and where to go.
 */
public final class MailRenderer {
    private MailRenderer() {}

    public static RenderedMail render(MailFacts facts) {
        MailDraft draft = draft(facts);
        return new RenderedMail(draft.subject(), PlainLayout.of(draft), HtmlLayout.of(draft));
    }

    private static MailDraft draft(MailFacts facts) {
        Headline headline = Headline.of(facts);
        Optional<Metric> metric = Metric.byColumn(facts.alarm().metric());
        boolean isOver = facts.kind() == MailKind.CLEARED || facts.kind() == MailKind.PAST;
        return new MailDraft(
                Phrases.oneLine(headline.subject()),
                List.of(Phrases.oneLine(headline.sentence()), Phrases.oneLine(whereabouts(facts.machine()))),
                facts(facts, metric),
                metric.map(known -> tables(facts, known)).orElse(List.of()),
                isOver ? List.of() : metric.map(known -> advice(facts, known)).orElse(List.of()),
                isOver || metric.isEmpty() ? List.of() : commands(facts));
    }

    private static String whereabouts(Machine machine) {
        return machine.location().map(place -> "It is here: " + place).orElse("Nobody has noted where it stands")
                + machine.ip().map(ip -> " (" + ip + ")").orElse("") + ".";
    }

    private static List<Line> facts(MailFacts facts, Optional<Metric> metric) {
        List<Line> lines = new ArrayList<>();
        Alarm alarm = facts.alarm();
        add(
                lines,
                "Machine",
                facts.machine().name()
                        + facts.machine().model().map(m -> ", " + m).orElse(""));
        alarm.gpu().ifPresent(gpu -> {
            add(lines, "GPU", CardTables.name(gpu));
            CardTables.limits(gpu).ifPresent(limits -> add(lines, "Its limits", limits));
        });
        if (!facts.cards().driver().isEmpty()) {
            add(lines, "GPU driver", facts.cards().driver() + ", when last known");
        }
        metric.ifPresent(known -> {
            add(lines, "Since", Phrases.timeUtc(alarm.since()) + clockOf(known));
            alarm.cleared()
                    .filter(end -> facts.kind() == MailKind.CLEARED || facts.kind() == MailKind.PAST)
                    .ifPresent(end -> add(lines, "Until", Phrases.timeUtc(end.at()) + atItsEnd(known, end.value())));
            add(
                    lines,
                    MetricCodes.isCode(known) ? "At first" : "Raised at",
                    Phrases.told(known, alarm.raised().value()));
            if (facts.peak().isPresent() && !MetricCodes.isCode(known)) {
                add(lines, "Worst", Phrases.value(known, facts.peak()));
            }
            add(lines, "Limit", Phrases.limit(known, alarm.limit()) + " (" + alarm.severity() + ", " + known + ")");
        });
        add(lines, "Owner", facts.owner());
        add(lines, "Alarm", Long.toString(alarm.id()));
        return lines;
    }

    private static String atItsEnd(Metric metric, OptionalDouble value) {
        return MetricCodes.isCode(metric) ? "" : ", at " + Phrases.value(metric, value);
    }

    private static String clockOf(Metric metric) {
        return metric.scope() == Scope.LINK ? "" : ", by the machine's clock";
    }

    private static List<Table> tables(MailFacts facts, Metric metric) {
        List<Table> tables = new ArrayList<>(CardTables.of(facts, metric));
        tables.add(new Table(
                "Last readings (UTC)",
                facts.lastReadings().stream()
                        .map(reading -> new Line(Phrases.time(reading.at()), Phrases.told(metric, reading.value())))
                        .toList()));
        return tables.stream().filter(table -> !table.lines().isEmpty()).toList();
    }

    private static List<String> advice(MailFacts facts, Metric metric) {
        return Advice.on(facts, metric).stream().map(Phrases::oneLine).toList();
    }

    private static List<Line> commands(MailFacts facts) {
        List<Line> lines = new ArrayList<>();
        add(
                lines,
                "You take care of it",
                "emberwatch-collector alarm ack " + facts.alarm().id());
        add(
                lines,
                "No mails about it for a while",
                "emberwatch-collector alarm silence " + facts.machine().name() + " --for 2h");
        return lines;
    }

    private static void add(List<Line> lines, String label, String value) {
        lines.add(new Line(label, Phrases.oneLine(value)));
    }
}
