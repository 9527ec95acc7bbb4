package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.mail.text.MailDraft.Line;
import java.util.List;

/** A mail as plain text. */
final class PlainLayout {
    private static final int LABEL_WIDTH = 11;

    private PlainLayout() {}

    static String of(MailDraft draft) {
        StringBuilder text = new StringBuilder();
        draft.lead().forEach(line -> text.append(line).append('\n'));
        text.append('\n');
        draft.facts()
                .forEach(line -> text.append(line.label())
                        .append(" "
                                .repeat(Math.max(1, LABEL_WIDTH - line.label().length())))
                        .append(line.value())
                        .append('\n'));
        for (MailDraft.Table table : draft.tables()) {
            section(
                    text,
                    table.title(),
                    table.lines().stream().map(PlainLayout::row).toList());
        }
        section(
                text,
                "What to do",
                draft.advice().stream().map(line -> "- " + line).toList());
        for (Line command : draft.commands()) {
            section(text, command.label(), List.of(command.value()));
        }
        return text.toString();
    }

    private static void section(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(title).append(":\n");
            lines.forEach(line -> text.append("  ").append(line).append('\n'));
        }
    }

    private static String row(Line line) {
        return line.label() + "  " + line.value();
    }
}
