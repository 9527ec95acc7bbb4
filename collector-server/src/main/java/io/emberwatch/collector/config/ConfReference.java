package io.emberwatch.collector.config;

import static io.emberwatch.collector.config.CollectorKeys.TABLE;

import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.conf.Key;
import io.emberwatch.protocol.conf.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** The reference of all keys: the sample file, and the effective values. */
public final class ConfReference {
    private static final String SAMPLE_HEAD = """
            # Configuration of the collector: key = value. Every key stands here with its default.
            # A key can also be given as an option (--database-url) or in the environment
            # (EMBERWATCH_COLLECTOR_DATABASE_URL); an option counts before the environment, and that before this file.
            # `emberwatch-collector config print` shows what is in force, `config check` looks for mistakes.
            """;

    private ConfReference() {}

    /** A configuration file in which every key is explained and commented out. */
    public static String sample() {
        return TABLE.sample(SAMPLE_HEAD);
    }

    /**
     * Every key with its explanation, effective value and where that comes from. Secrets are masked.
     *
     * @param command a parsed command that has {@code options} as a mixin
     */
    public static String effective(CommandLine command, CollectorOptions options, Configuration configuration) {
        return TABLE.keys().stream()
                .map(key -> key.explanation() + assignment(key, command, options, configuration) + "\n")
                .collect(Collectors.joining("\n"));
    }

    /** The effective value of each key as text; secrets are masked; a key without a value is left out. */
    public static Map<String, String> values(CommandLine command, CollectorOptions options) {
        Map<String, String> values = new LinkedHashMap<>();
        TABLE.keys().forEach(key -> value(key, command, options).ifPresent(value -> values.put(key.name(), value)));
        return values;
    }

    /** A value as it may be printed. */
    public static String masked(Key<?> key, String value) {
        return key.isSecret() ? Secrets.MASK : Texts.printable(Secrets.maskedUrl(value));
    }

    private static String assignment(
            Key<?> key, CommandLine command, CollectorOptions options, Configuration configuration) {
        Optional<String> value = value(key, command, options);
        if (value.isEmpty()) {
            return "#" + key + " is not set";
        }
        boolean isFlag = command.getParseResult().hasMatchedOption(key.flag());
        return key + " = " + value.get() + "    # " + (isFlag ? key.flag() : configuration.origin(key));
    }

    private static Optional<String> value(Key<?> key, CommandLine command, CollectorOptions options) {
        Object value = command.getCommandSpec().findOption(key.flag()).getValue();
        return Optional.ofNullable(value)
                .map(given -> masked(key, Kind.print(given)))
                .or(() -> computed(key.name(), options));
    }

    private static Optional<String> computed(String key, CollectorOptions options) {
        return Optional.ofNullable(
                switch (key) {
                    case "data.dir" -> options.database().data().folder().toString();
                    case "collector.public-address" ->
                        options.address().publicAddress().toString();
                    case "mail.url" -> options.mail().url(options.database().data());
                    case "mail.from" -> options.mail().from();
                    default -> null;
                });
    }
}
