package io.emberwatch.protocol.conf;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 5s}, {@code 10m}, {@code 2h}, {@code 30d}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

    /** Largest first, as printing wants them. */
    private static final List<Unit> UNITS = List.of(
            new Unit("d", ChronoUnit.DAYS),
            new Unit("h", ChronoUnit.HOURS),
            new Unit("m", ChronoUnit.MINUTES),
            new Unit("s", ChronoUnit.SECONDS),
            new Unit("ms", ChronoUnit.MILLIS));

    private record Unit(String suffix, ChronoUnit length) {}

    private Durations() {}

    /**
     * Reads a whole number and a unit. A day is 24 hours.
     *
     * @throws IllegalArgumentException if {@code text} is anything else; the message says what was expected, without
     *     the text
     */
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("must be a whole number with a unit (ms, s, m, h, d), for example 5s");
        }
        return UNITS.stream()
                .filter(unit -> unit.suffix().equals(form.group(2)))
                .map(unit -> Duration.of(Long.parseLong(form.group(1)), unit.length()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The shortest form that {@link #parse} reads back the same, in the largest unit that divides it; whole
     * milliseconds.
     */
    public static String print(Duration duration) {
        long millis = duration.toMillis();
        for (Unit unit : UNITS) {
            long unitMillis = unit.length().getDuration().toMillis();
            if (millis >= unitMillis && millis % unitMillis == 0) {
                return millis / unitMillis + unit.suffix();
            }
        }
        return millis == 0 ? "0s" : millis + "ms";
    }
}
