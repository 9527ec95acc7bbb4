package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.connection.LimitEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.ToLongFunction;

/** One line about what was refused and slowed since the line before. Not thread-safe. */
public final class LimitSummary {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final ToLongFunction<LimitEvent> counter;
    private final Map<LimitEvent, Long> reported = new EnumMap<>(LimitEvent.class);
    private Instant since;

    public LimitSummary(ToLongFunction<LimitEvent> counter, Instant now) {
        this.counter = counter;
        this.since = now;
    }

    /** What has happened since the last call; nothing if nothing has. */
    public Optional<String> next(int addressesShutOut, Instant now) {
        StringJoiner line = new StringJoiner(", ", "since " + TIME.format(since) + ": ", "");
        line.setEmptyValue("");
        for (LimitEvent event : LimitEvent.values()) {
            long count = counter.applyAsLong(event);
            long more = count - reported.getOrDefault(event, 0L);
            reported.put(event, count);
            if (more > 0) {
                line.add(more + " " + event.plural());
            }
        }
        since = now;
        return line.length() == 0 ? Optional.empty() : Optional.of(line + "; shut out now: " + addressesShutOut);
    }
}
