package io.emberwatch.probe.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 64MiB}, {@code 2GiB}. */
final class ByteSizes {
    private static final Pattern FORM = Pattern.compile("(\\d{1,7})\\s*(KiB|MiB|GiB|TiB)");
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB");

    private ByteSizes() {}

    /** @throws IllegalArgumentException that says what was expected, without the text */
    static long parse(String text, long min, long max) {
        Matcher form = FORM.matcher(text.strip());
        if (form.matches()) {
            long bytes = Long.parseLong(form.group(1)) << (10 * (1 + UNITS.indexOf(form.group(2))));
            if (min <= bytes && bytes <= max) {
                return bytes;
            }
        }
        throw new IllegalArgumentException("must be " + print(min) + " to " + print(max)
                + ", as a whole number with a unit (KiB, MiB, GiB, TiB), for example 64MiB");
    }

    private static String print(long bytes) {
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return (bytes >> (10 * unit)) + UNITS.get(unit - 1);
    }
}
