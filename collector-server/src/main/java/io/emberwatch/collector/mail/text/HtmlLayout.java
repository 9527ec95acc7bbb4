package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.mail.text.MailDraft.Line;
import java.util.List;
import java.util.stream.Collectors;

/** A mail as simple HTML: no images, no scripts, nothing to load. */
final class HtmlLayout {
    private HtmlLayout() {}

    static String of(MailDraft draft) {
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>")
                .append("<body style=\"font-family: sans-serif\">\n");
        html.append("<p><b>").append(escaped(draft.lead().get(0))).append("</b>");
        draft.lead().stream().skip(1).forEach(line -> html.append("<br>\n").append(escaped(line)));
        html.append("</p>\n").append(table(draft.facts()));
        draft.tables()
                .forEach(table -> html.append("<p>")
                        .append(escaped(table.title()))
                        .append(":</p>\n")
                        .append(table(table.lines())));
        if (!draft.advice().isEmpty()) {
            html.append("<p>What to do:</p>\n<ul>\n");
            draft.advice()
                    .forEach(line -> html.append("<li>").append(escaped(line)).append("</li>\n"));
            html.append("</ul>\n");
        }
        draft.commands()
                .forEach(line -> html.append("<p>")
                        .append(escaped(line.label()))
                        .append(":<br>\n<code>")
                        .append(escaped(line.value()))
                        .append("</code></p>\n"));
        return html.append("</body></html>\n").toString();
    }

    private static String table(List<Line> lines) {
        return lines.stream()
                .map(line -> "<tr><td style=\"padding-right: 1em\">" + escaped(line.label()) + "</td><td>"
                        + escaped(line.value()) + "</td></tr>\n")
                .collect(Collectors.joining("", "<table>\n", "</table>\n"));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
