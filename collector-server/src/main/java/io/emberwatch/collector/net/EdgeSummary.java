package io.emberwatch.collector.net;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.ToLongFunction;

/** One line about what was refused and slowed since the line before. Not thread-safe. */
final class EdgeSummary {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final ToLongFunction<EdgeEvent> counter;
    private final Map<EdgeEvent, Long> told = new EnumMap<>(EdgeEvent.class);
    private Instant since;

    EdgeSummary(ToLongFunction<EdgeEvent> counter, Instant now) {
        this.counter = counter;
        this.since = now;
    }

    /** What has happened since the last call; nothing if nothing has. */
    Optional<String> next(int addressesShutOut, Instant now) {
        StringJoiner line = new StringJoiner(", ", "since " + TIME.format(since) + ": ", "");
        line.setEmptyValue("");
        for (EdgeEvent event : EdgeEvent.values()) {
            long count = counter.applyAsLong(event);
            long more = count - told.getOrDefault(event, 0L);
            told.put(event, count);
            if (more > 0) {
                line.add(more + " " + event.plural());
            }
        }
        since = now;
        return line.length() == 0 ? Optional.empty() : Optional.of(line + "; shut out now: " + addressesShutOut);
    }
}
