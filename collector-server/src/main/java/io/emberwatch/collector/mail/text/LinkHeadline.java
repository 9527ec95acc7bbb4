package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import java.time.Duration;
import java.time.Instant;

/** Headlines of alarms on what the collector sees of a machine's connection. */
final class LinkHeadline {
    private LinkHeadline() {}

    static Headline ofSilence(MailFacts facts) {
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
                String whole = Phrases.duration(silence(alarm, HeadlineParts.end(facts)));
                yield new Headline(
                        "[" + facts.kind() + "] " + machine + " heard again, was silent for " + whole,
                        machine + " is heard of again; it was silent for " + whole + ".");
            }
        };
    }

    static Headline ofDuplicates(MailFacts facts) {
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
}
