package io.emberwatch.collector.mail.text;

import java.util.List;

/**
 * What a mail says, before it is laid out.
 *
 * @param lead what is wrong and where, for a reader who knows nothing of Emberwatch
 * @param facts label and value
 * @param tables what more is known, each with its title; without those that are empty
 * @param advice what to do
 * @param commands what for, and the command
 */
record MailDraft(
        String subject,
        List<String> lead,
        List<Line> facts,
        List<Table> tables,
        List<String> advice,
        List<Line> commands) {
    record Line(String label, String value) {}

    record Table(String title, List<Line> lines) {}
}
