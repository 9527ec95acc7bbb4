package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.Metric;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Headlines of alarms on how far a card is from its own limits. */
final class MarginHeadline {
    /** What lies at the end of the margin, in a subject and in a sentence. */
    private record Mark(String name, String inWords, OptionalInt markC, OptionalDouble nowC) {}

    private MarginHeadline() {}

    /** Empty if the metric is no margin, or nothing more than its name is known. */
    static Optional<Headline> of(MailFacts facts, Metric metric) {
        Optional<Gpu> gpu = facts.alarm().gpu();
        OptionalDouble value = HeadlineParts.value(facts, metric);
        boolean hasNote =
                facts.kind() == MailKind.CLEARED && facts.alarm().clearNote().isPresent();
        if (gpu.isEmpty() || value.isEmpty() || hasNote) {
            return Optional.empty();
        }
        return mark(facts, gpu.get(), metric)
                .map(mark -> headline(facts, gpu.get(), mark, metric, value.getAsDouble()));
    }

    private static Optional<Mark> mark(MailFacts facts, Gpu gpu, Metric metric) {
        return switch (metric) {
            case GPU_SLOWDOWN_MARGIN_C ->
                Optional.of(new Mark(
                        "slowdown",
                        "the temperature at which it slows down",
                        gpu.slowdownTempC(),
                        facts.cards().tempC()));
            case GPU_MEM_MARGIN_C ->
                Optional.of(new Mark(
                        "memory limit",
                        "the highest temperature that is safe for its memory",
                        gpu.memMaxTempC(),
                        facts.cards().memTempC()));
            default -> Optional.empty();
        };
    }

    private static Headline headline(MailFacts facts, Gpu gpu, Mark mark, Metric metric, double marginC) {
        Alarm alarm = facts.alarm();
        String distance =
                Phrases.value(metric, OptionalDouble.of(Math.abs(marginC))) + (marginC < 0 ? " above " : " below ");
        String card = HeadlineParts.shortName(gpu);
        String subject = HeadlineParts.tag(facts) + facts.machine().name() + " " + card + " " + distance + mark.name()
                + HeadlineParts.limit(facts, metric);
        String at = distance
                + mark.inWords()
                + (mark.markC().isPresent() ? " (" + mark.markC().getAsInt() + " °C)" : "");
        String now = mark.nowC().isPresent() ? ", at " + Phrases.value(Metric.GPU_TEMP_C, mark.nowC()) : "";
        String limit = "; its " + alarm.severity() + " limit is " + Phrases.value(metric, alarm.limit()) + ".";
        String whose = card + " of " + facts.machine().name() + (gpu.model().isEmpty() ? "" : " (" + gpu.model() + ")");
        String sentence = switch (facts.kind()) {
            case RAISED -> whose + " is " + at + now + limit;
            case REPEATED -> whose + " is still " + at + now + limit;
            case PAST -> whose + " was up to " + at + HeadlineParts.period(alarm) + limit;
            case CLEARED ->
                whose + " is " + at + now
                        + (alarm.warningStillFiring()
                                ? ": no longer critical, but still beyond the warning limit."
                                : (now.isEmpty() ? "" : ",") + " and back to normal.");
        };
        return new Headline(subject, sentence);
    }
}
