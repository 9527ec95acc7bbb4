package io.emberwatch.collector.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes in a range: {@code 67108864}, {@code 64MiB}, {@code 1GiB}. */
abstract class ByteSize extends Checked<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(|KiB|MiB|GiB)");
    private static final Map<String, Long> UNITS = Map.of("", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private final long leastMiB;
    private final long mostMiB;

    ByteSize(long leastMiB, long mostMiB) {
        this.leastMiB = leastMiB;
        this.mostMiB = mostMiB;
    }

    @Override
    String allowed() {
        return "a number of bytes (or KiB, MiB, GiB) from " + leastMiB + "MiB to " + mostMiB + "MiB";
    }

    @Override
    Long read(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(text);
        }
        return Math.multiplyExact(Long.parseLong(form.group(1)), UNITS.get(form.group(2)));
    }

    @Override
    boolean accepts(Long value) {
        return value >= leastMiB << 20 && value <= mostMiB << 20;
    }
}
