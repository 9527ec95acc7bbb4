package io.emberwatch.collector.faults;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a probe says that it has taken. Thread-safe. */
final class ProbeLog {
    /** To the end of the line: a kill may have cut it, and half a time is not one. */
    private static final Pattern TAKEN = Pattern.compile("took reading (\\d+) at (\\S+Z)$");

    private final List<TakenReading> taken = new ArrayList<>();

    synchronized void add(String line) {
        Matcher matcher = TAKEN.matcher(line);
        if (matcher.find()) {
            taken.add(new TakenReading(
                    Long.parseLong(matcher.group(1)),
                    Instant.parse(matcher.group(2)).truncatedTo(ChronoUnit.MILLIS)));
        }
    }

    synchronized List<TakenReading> taken() {
        return List.copyOf(taken);
    }

    /** The last {@code count}, and one more that there may have been no time to speak of; empty if there are none. */
    synchronized List<SequenceRange> lastTaken(int count) {
        if (taken.isEmpty()) {
            return List.of();
        }
        long first = taken.get(Math.max(0, taken.size() - count)).sequence();
        long last = taken.get(taken.size() - 1).sequence();
        return List.of(new SequenceRange(first, last + 1));
    }
}
