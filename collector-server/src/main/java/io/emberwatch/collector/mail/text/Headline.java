package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.Metric;
import java.util.Optional;

/**
 * What a mail says in one line.
 *
 * @param subject short, beginning with what it is, so that a mailbox sorts well
 * @param sentence the same in words, for the first line of the mail
 */
record Headline(String subject, String sentence) {
    static Headline of(MailFacts facts) {
        String machine = facts.machine().name();
        Optional<Metric> metric = Metric.byColumn(facts.alarm().metric());
        if (metric.isEmpty()) {
            return new Headline(
                    "[test] " + machine + " alarm mails arrive",
                    "This is a test: somebody wants to see that alarm mails of " + machine + " reach you. Nothing is"
                            + " wrong.");
        }
        return switch (metric.get()) {
            case SILENT_S -> LinkHeadline.ofSilence(facts);
            case DUPLICATE_PROBES -> LinkHeadline.ofDuplicates(facts);
            default ->
                StateHeadline.of(facts, metric.get())
                        .or(() -> MarginHeadline.of(facts, metric.get()))
                        .orElseGet(() -> ofValue(facts, metric.get()));
        };
    }

    private static Headline ofValue(MailFacts facts, Metric metric) {
        Alarm alarm = facts.alarm();
        String what = facts.machine().name()
                + alarm.gpu().map(gpu -> " " + HeadlineParts.shortName(gpu)).orElse("") + " " + metric;
        String whose = facts.machine().name() + ": " + metric.meaning()
                + alarm.gpu().map(gpu -> " of " + HeadlineParts.shortName(gpu)).orElse("");
        if (alarm.clearNote().isPresent() && facts.kind() == MailKind.CLEARED) {
            return HeadlineParts.ofNote(facts, what, whose, alarm.clearNote().get());
        }
        String value = Phrases.value(metric, HeadlineParts.value(facts, metric));
        String subject = HeadlineParts.tag(facts) + what + " "
                + Phrases.number(metric, HeadlineParts.value(facts, metric)) + HeadlineParts.limit(facts, metric);
        String beyond = "; its " + alarm.severity() + " limit is " + Phrases.value(metric, alarm.limit()) + ".";
        return switch (facts.kind()) {
            case RAISED -> new Headline(subject, whose + " is " + value + beyond);
            case REPEATED -> new Headline(subject, whose + " is still " + value + beyond);
            case PAST -> new Headline(subject, whose + extreme(metric) + value + HeadlineParts.period(alarm) + beyond);
            case CLEARED ->
                new Headline(
                        subject,
                        whose + " is " + value
                                + (alarm.warningStillFiring()
                                        ? " and no longer critical, but still beyond the warning limit."
                                        : " and back to normal."));
        };
    }

    private static String extreme(Metric metric) {
        return metric.direction() == Metric.Direction.HIGH_IS_BAD ? " was up to " : " was down to ";
    }
}
