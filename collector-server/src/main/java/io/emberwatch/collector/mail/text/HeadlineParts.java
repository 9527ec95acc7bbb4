package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/** What the headlines of all kinds of alarms are made of. */
final class HeadlineParts {
    private HeadlineParts() {}

    /** What a subject begins with. Only a mail after which nothing is wrong any more says that it is cleared. */
    static String tag(MailFacts facts) {
        return switch (facts.kind()) {
            case RAISED -> "[" + facts.alarm().severity() + "] ";
            case REPEATED -> "[repeat] ";
            case PAST -> "[past] ";
            case CLEARED -> facts.alarm().warningStillFiring() ? "[warning] " : "[cleared] ";
        };
    }

    /** What a subject says of the limit: which it is, or that only that of the warning is left. */
    static String limit(MailFacts facts, Metric metric) {
        boolean isWarningLeft =
                facts.kind() == MailKind.CLEARED && facts.alarm().warningStillFiring();
        return isWarningLeft
                ? " (no longer critical)"
                : " (limit " + Phrases.number(metric, facts.alarm().limit()) + ")";
    }

    /** A card that no inventory has named yet has no number. */
    static String shortName(Gpu gpu) {
        return gpu.model().isEmpty() ? gpu.uuid() : "gpu" + gpu.slot();
    }

    /** The value that a mail of this kind is about. */
    static OptionalDouble value(MailFacts facts, Metric metric) {
        return switch (facts.kind()) {
            case RAISED -> facts.alarm().raised().value();
            case REPEATED -> latest(facts);
            case PAST -> worst(facts);
            case CLEARED -> facts.alarm().cleared().map(Moment::value).orElse(OptionalDouble.empty());
        };
    }

    /** "of gpu3 …: the alarm is over because its limit was switched off", if it did not end by its value. */
    static Headline ofNote(MailFacts facts, String what, String whose, String note) {
        return new Headline(
                tag(facts) + what + " (" + note + ")",
                whose + ": the " + (facts.alarm().warningStillFiring() ? "critical " : "")
                        + "alarm is over because its " + note
                        + (facts.alarm().warningStillFiring() ? "; the warning goes on." : "."));
    }

    static String period(Alarm alarm) {
        String from = " from " + Phrases.timeUtc(alarm.since());
        return from
                + alarm.cleared().map(end -> " to " + Phrases.timeUtc(end.at())).orElse("");
    }

    /** How long it lasted, or has lasted when the mail fell due. */
    static Duration lasted(MailFacts facts) {
        Instant end = facts.kind() == MailKind.REPEATED ? facts.owedSince() : end(facts);
        return Duration.between(facts.alarm().since(), end);
    }

    static Instant end(MailFacts facts) {
        return facts.alarm().cleared().map(Moment::at).orElse(facts.owedSince());
    }

    private static OptionalDouble latest(MailFacts facts) {
        return facts.lastReadings().stream()
                .map(Moment::value)
                .filter(OptionalDouble::isPresent)
                .findFirst()
                .orElse(facts.alarm().raised().value());
    }

    private static OptionalDouble worst(MailFacts facts) {
        return facts.peak().isPresent() ? facts.peak() : facts.alarm().raised().value();
    }
}
