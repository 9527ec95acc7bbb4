package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.store.ReadingGapStore.ReadingGap;
import io.emberwatch.protocol.Lost;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How gaps between readings are shown. */
final class GapTexts {
    private GapTexts() {}

    static List<Map<String, Object>> describe(List<ReadingGap> gaps) {
        return gaps.stream().map(GapTexts::describe).toList();
    }

    /** One line for each, or nothing. */
    static String print(List<ReadingGap> gaps) {
        return gaps.stream().map(gap -> sentence(gap) + "\n").collect(Collectors.joining());
    }

    private static Map<String, Object> describe(ReadingGap gap) {
        return Json.object(
                "from", gap.from(),
                "to", gap.to(),
                "lost", gap.count().isPresent() ? Optional.of(gap.count().getAsLong()) : Optional.empty(),
                "reason", gap.reason().name().toLowerCase(Locale.ROOT),
                "recorded_at", gap.recordedAt());
    }

    private static String sentence(ReadingGap gap) {
        String lost = gap.count().isPresent() ? "about " + gap.count().getAsLong() + " lost" : "some may be lost";
        return "no readings from " + gap.from() + " to " + gap.to() + ": " + lost + ", " + because(gap.reason());
    }

    private static String because(Lost.Reason reason) {
        return switch (reason) {
            case SPOOL_FULL -> "the probe's spool was full";
            case TOO_OLD -> "they were older than the probe keeps";
            case DAMAGED -> "the probe could not read them back";
            case POWER_LOSS -> "the machine went down before they were on disk";
            case UNKNOWN -> "the probe's reason is not known to this collector";
        };
    }
}
