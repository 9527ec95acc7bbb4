package io.emberwatch.collector.mail;

import io.emberwatch.collector.store.MailFacts;
import io.emberwatch.collector.store.MailFacts.Alarm;
import io.emberwatch.collector.store.MailFacts.Gpu;
import io.emberwatch.collector.store.Moment;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

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
            case SILENT_S -> ofSilence(facts);
            case DUPLICATE_PROBES -> ofDuplicates(facts);
            default -> ofValue(facts, metric.get());
        };
    }

    private static Headline ofValue(MailFacts facts, Metric metric) {
        Alarm alarm = facts.alarm();
        String what = facts.machine().name()
                + alarm.gpu().map(gpu -> " " + shortName(gpu)).orElse("") + " " + metric;
        String limit = " (limit " + Phrases.number(metric, alarm.limit()) + ")";
        String whose = facts.machine().name() + ": " + metric.meaning()
                + alarm.gpu().map(gpu -> " of " + shortName(gpu)).orElse("");
        String beyond = "; its " + alarm.severity() + " limit is " + Phrases.value(metric, alarm.limit()) + ".";
        OptionalDouble raised = alarm.raised().value();
        OptionalDouble latest = latest(facts);
        return switch (facts.kind()) {
            case RAISED ->
                new Headline(
                        "[" + alarm.severity() + "] " + what + " " + Phrases.number(metric, raised) + limit,
                        whose + " is " + Phrases.value(metric, raised) + beyond);
            case REPEATED ->
                new Headline(
                        "[repeat] " + what + " " + Phrases.number(metric, latest) + limit,
                        whose + " is still " + Phrases.value(metric, latest) + beyond);
            case PAST ->
                new Headline(
                        "[past] " + what + " " + Phrases.number(metric, worst(facts)) + limit,
                        whose + extreme(metric) + Phrases.value(metric, worst(facts)) + period(alarm) + beyond);
            case CLEARED -> cleared(facts, metric, what, whose, limit);
        };
    }

    /** A card that no inventory has named yet has no number. */
    private static String shortName(Gpu gpu) {
        return gpu.model().isEmpty() ? gpu.uuid() : "gpu" + gpu.slot();
    }

    private static Headline cleared(MailFacts facts, Metric metric, String what, String whose, String limit) {
        OptionalDouble now = facts.alarm().cleared().map(Moment::value).orElse(OptionalDouble.empty());
        if (facts.alarm().clearNote().isPresent()) {
            String note = facts.alarm().clearNote().get();
            return new Headline(
                    "[cleared] " + what + " (" + note + ")", whose + ": the alarm is over because its " + note + ".");
        }
        String end = facts.alarm().warningStillFiring()
                ? " and no longer critical, but still beyond the warning limit."
                : " and back to normal.";
        return new Headline(
                "[cleared] " + what + " " + Phrases.number(metric, now) + limit,
                whose + " is " + Phrases.value(metric, now) + end);
    }

    private static Headline ofSilence(MailFacts facts) {
        String machine = facts.machine().name();
        Alarm alarm = facts.alarm();
        String soFar = Phrases.duration(silence(alarm, facts.owedSince()));
        String cannotTell = " Whether it overheats cannot be seen.";
        return switch (facts.kind()) {
            case RAISED ->
                new Headline(
                        "[" + alarm.severity() + "] " + machine + " silent for " + soFar,
                        machine + " has not been heard of for " + soFar + "." + cannotTell);
            case REPEATED ->
                new Headline(
                        "[repeat] " + machine + " silent for " + soFar,
                        machine + " still has not been heard of, for " + soFar + " now." + cannotTell);
            case PAST, CLEARED -> {
                String whole = Phrases.duration(silence(alarm, end(facts)));
                yield new Headline(
                        "[" + facts.kind() + "] " + machine + " heard again, was silent for " + whole,
                        machine + " is heard of again; it was silent for " + whole + ".");
            }
        };
    }

    private static Headline ofDuplicates(MailFacts facts) {
        String machine = facts.machine().name();
        String from = facts.machine()
                .turnedAwayFrom()
                .map(address -> "; it came from " + address)
                .orElse("");
        String second = machine + " has a second probe with its key";
        return switch (facts.kind()) {
            case RAISED ->
                new Headline(
                        "[" + facts.alarm().severity() + "] " + second,
                        "Another probe came with the key of " + machine + " while " + machine
                                + " was connected, and was turned away" + from + ".");
            case REPEATED ->
                new Headline(
                        "[repeat] " + second,
                        "Another probe still comes with the key of " + machine + " while " + machine
                                + " is connected, and is turned away" + from + ".");
            case PAST, CLEARED ->
                new Headline(
                        "[" + facts.kind() + "] " + machine + " has no second probe any more",
                        facts.alarm()
                                .clearNote()
                                .map(note -> "The alarm is over because its " + note + ".")
                                .orElse("No other probe came with the key of " + machine + " lately."));
        };
    }

    /** The alarm was raised when the silence had lasted for its raised value already. */
    private static Duration silence(Alarm alarm, Instant until) {
        long before = Math.round(alarm.raised().value().orElse(0));
        Duration since = Duration.between(alarm.raised().at(), until);
        return Duration.ofSeconds(before + Math.max(since.toSeconds(), 0));
    }

    private static Instant end(MailFacts facts) {
        return facts.alarm().cleared().map(Moment::at).orElse(facts.owedSince());
    }

    private static String period(Alarm alarm) {
        String from = " from " + Phrases.timeUtc(alarm.raised().at());
        return from
                + alarm.cleared().map(end -> " to " + Phrases.timeUtc(end.at())).orElse("");
    }

    private static String extreme(Metric metric) {
        return metric.direction() == Metric.Direction.HIGH_IS_BAD ? " was up to " : " was down to ";
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
