package io.emberwatch.protocol.conf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the values of a key look like: how one is read, and what help and messages say of it.
 *
 * @param label stands for a value in help, for example {@code TIME}
 * @param allowed what a value must be, for a person: completes "must be …"; empty if any text will do
 * @param parser reads a value; its {@link IllegalArgumentException} says what was expected, without the text
 * @param isSecret whether a value is never printed, nor taken from a command line, which everybody on the host can read
 */
public record Kind<T>(String label, String allowed, Function<String, T> parser, boolean isSecret) {
    /** So many words are not read as a sentence any more. */
    private static final int MANY = 3;

    private static final Pattern BYTES = Pattern.compile("(\\d{1,15})\\s*(|KiB|MiB|GiB|TiB)");
    private static final List<String> BYTE_UNITS = List.of("", "KiB", "MiB", "GiB", "TiB");

    /** A value without white space around it; whatever the parser throws is answered with what is allowed. */
    public static <T> Kind<T> of(String label, String allowed, Function<String, T> parser) {
        return new Kind<>(label, allowed, text -> read(text.strip(), parser, allowed), false);
    }

    public static Kind<String> text(String label) {
        return new Kind<>(label, "", text -> text, false);
    }

    public static <T> Kind<T> secret(String label, Function<String, T> parser) {
        return new Kind<>(label, "", parser, true);
    }

    public static Kind<Path> path(String label) {
        return new Kind<>(label, "", Path::of, false);
    }

    public static Kind<Path> absolutePath(String label) {
        return of(
                label,
                "a path that begins with /",
                text -> require(Path.of(text).isAbsolute(), Path.of(text)));
    }

    public static Kind<Integer> wholeNumber(int min, int max) {
        return of("N", "a whole number from " + min + " to " + max, text -> inRange(Integer.valueOf(text), min, max));
    }

    public static Kind<Duration> duration(Duration min, Duration max) {
        String range = Durations.print(min) + " to " + Durations.print(max);
        return new Kind<>(
                "TIME",
                "a duration with its unit, from " + range,
                text -> read(Durations.parse(text), duration -> inRange(duration, min, max), range),
                false);
    }

    /** A number of bytes; plain, or with a unit. */
    public static Kind<Long> byteSize(long min, long max) {
        String range = printBytes(min) + " to " + printBytes(max);
        String units = ", as a whole number with a unit (KiB, MiB, GiB, TiB), for example 64MiB";
        return new Kind<>(
                "SIZE",
                "a number of bytes (or KiB, MiB, GiB, TiB) from " + range,
                text -> read(text.strip(), bytes -> inRange(parseBytes(bytes), min, max), range + units),
                false);
    }

    /** One of some words, in capitals or not. */
    public static Kind<String> choice(String label, List<String> words) {
        return of(label, alternatives(words), text -> {
            String word = text.toLowerCase(Locale.ROOT);
            return require(words.contains(word), word);
        });
    }

    public static Kind<Boolean> onOff() {
        Kind<String> word = choice("on|off", List.of("on", "off"));
        return new Kind<>(
                word.label(), word.allowed(), text -> word.parser().apply(text).equals("on"), false);
    }

    public static Kind<HostPort> hostPort() {
        return of("HOST:PORT", "host:port or [IPv6 address]:port", HostPort::parse);
    }

    /** A host, and a port if it is another one than this. */
    public static Kind<HostPort> hostPort(int defaultPort) {
        return new Kind<>("HOST[:PORT]", HostPort.FORM, text -> HostPort.parse(text.strip(), defaultPort), false);
    }

    /** A value as it may stand in a file; a number of bytes is without a unit. */
    public static String print(Object value) {
        return value instanceof Duration duration ? Durations.print(duration) : value.toString();
    }

    /** Refuses a value that does not satisfy what is asked of it, within {@link #of}, which says what that is. */
    public static <T> T require(boolean satisfied, T value) {
        if (!satisfied) {
            throw new IllegalArgumentException("not allowed");
        }
        return value;
    }

    private static <S, T> T read(S source, Function<S, T> parser, String allowed) {
        try {
            return parser.apply(source);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("must be " + allowed, e);
        }
    }

    private static <T extends Comparable<T>> T inRange(T value, T min, T max) {
        return require(min.compareTo(value) <= 0 && value.compareTo(max) <= 0, value);
    }

    private static String alternatives(List<String> words) {
        int last = words.size() - 1;
        return words.size() > MANY
                ? "one of " + String.join(", ", words)
                : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    private static long parseBytes(String text) {
        Matcher form = BYTES.matcher(text);
        require(form.matches(), text);
        return Math.multiplyExact(Long.parseLong(form.group(1)), 1L << (10 * BYTE_UNITS.indexOf(form.group(2))));
    }

    private static String printBytes(long bytes) {
        int unit = Math.min(Long.numberOfTrailingZeros(bytes) / 10, BYTE_UNITS.size() - 1);
        return (bytes >> (10 * unit)) + BYTE_UNITS.get(unit);
    }
}
