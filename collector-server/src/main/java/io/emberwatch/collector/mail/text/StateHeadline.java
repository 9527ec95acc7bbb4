package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.Metric;
import java.util.Optional;
import java.util.OptionalDouble;

/** Headlines of alarms that are told in words: a card is lost, a driver is missing. */
final class StateHeadline {
    private StateHeadline() {}

    /** Empty if the metric is one of amounts. */
    static Optional<Headline> of(MailFacts facts, Metric metric) {
        OptionalDouble value = told(facts, metric);
        return value.isEmpty()
                ? Optional.empty()
                : StateWords.of(metric, value.getAsDouble(), facts.cards())
                        .map(words -> headline(facts, metric, words));
    }

    /** The worst of several codes is no code, so what is over is told by that with which it began. */
    private static OptionalDouble told(MailFacts facts, Metric metric) {
        if (metric == Metric.GPU_MISSING_COUNT
                && facts.kind() == MailKind.REPEATED
                && !facts.cards().cards().isEmpty()) {
            return OptionalDouble.of(facts.cards().cards().size()); // there are no readings of it to look at
        }
        boolean isOver = facts.kind() == MailKind.PAST || facts.kind() == MailKind.CLEARED;
        return isOver ? facts.alarm().raised().value() : HeadlineParts.value(facts, metric);
    }

    private static Headline headline(MailFacts facts, Metric metric, StateWords words) {
        String subject = HeadlineParts.tag(facts) + shortSubject(facts) + " ";
        String whose = longSubject(facts);
        return switch (facts.kind()) {
            case RAISED ->
                new Headline(subject + words.now(), whose + " " + words.now() + "." + blindness(facts, metric));
            case REPEATED ->
                new Headline(
                        subject + words.now(),
                        whose + " " + words.now()
                                + (words.lasts() ? ", for " + lasted(facts) + " now." : ", not for the first time.")
                                + blindness(facts, metric));
            case PAST ->
                new Headline(
                        subject + words.past(),
                        whose + " " + words.past()
                                + (words.lasts()
                                        ? HeadlineParts.period(facts.alarm())
                                        : " at "
                                                + Phrases.timeUtc(
                                                        facts.alarm().raised().at()))
                                + ".");
            case CLEARED -> cleared(facts, metric, words);
        };
    }

    private static Headline cleared(MailFacts facts, Metric metric, StateWords words) {
        Alarm alarm = facts.alarm();
        String whose = longSubject(facts);
        if (alarm.clearNote().isPresent()) {
            return HeadlineParts.ofNote(
                    facts,
                    shortSubject(facts) + " " + metric,
                    whose.replaceFirst(":$", ""),
                    alarm.clearNote().get());
        }
        String subject = HeadlineParts.tag(facts) + shortSubject(facts) + " ";
        OptionalDouble end = alarm.cleared().map(Moment::value).orElse(OptionalDouble.empty());
        if (alarm.warningStillFiring() && end.isPresent()) {
            String now = StateWords.of(metric, end.getAsDouble(), facts.cards())
                    .orElseThrow()
                    .now();
            return new Headline(
                    subject + now + HeadlineParts.limit(facts, metric),
                    whose + " " + now + "; that is no longer critical, but still beyond the warning limit.");
        }
        String before = words.past() + (words.lasts() ? " for " + lasted(facts) : "");
        return new Headline(subject + words.over(), whose + " " + words.over() + "; " + it(alarm) + before + ".");
    }

    /** What cannot be read may burn unseen. */
    private static String blindness(MailFacts facts, Metric metric) {
        return switch (metric) {
            case GPU_FAULT -> facts.cards().tempC().isPresent() ? "" : " Whether it overheats cannot be seen.";
            case GPU_DRIVER_FAULT -> " Whether the cards overheat cannot be seen.";
            default -> "";
        };
    }

    private static String lasted(MailFacts facts) {
        return Phrases.duration(HeadlineParts.lasted(facts));
    }

    private static String it(Alarm alarm) {
        return alarm.gpu().isPresent() ? "it " : "";
    }

    private static String shortSubject(MailFacts facts) {
        String machine = facts.machine().name();
        return facts.alarm()
                .gpu()
                .map(gpu -> machine + " " + HeadlineParts.shortName(gpu))
                .orElse(machine + ":");
    }

    private static String longSubject(MailFacts facts) {
        String machine = facts.machine().name();
        return facts.alarm()
                .gpu()
                .map(gpu -> HeadlineParts.shortName(gpu) + " of " + machine
                        + (gpu.model().isEmpty() ? "" : " (" + gpu.model() + ")"))
                .orElse(machine + ":");
    }
}
