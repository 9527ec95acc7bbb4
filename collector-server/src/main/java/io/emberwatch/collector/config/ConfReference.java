package io.emberwatch.collector.config;

import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.conf.Durations;
import io.emberwatch.protocol.conf.LayeredConf;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The reference of all keys, derived from the options: the sample file, and the effective values. */
public final class ConfReference {
    /** What stands in the reference for defaults that depend on the host or on other keys. */
    private static final Map<String, String> COMPUTED = Map.of(
            "data.dir", "/var/lib/emberwatch for root, else ~/.local/share/emberwatch",
            "collector.public-address", "this host's name and the port of listen",
            "mail.url", "file: and the folder mail in data.dir",
            "mail.from", "emberwatch@ and this host's name");

    private ConfReference() {}

    /** The keys whose values are secret. */
    public static List<String> secretKeys() {
        return keys().stream().filter(Secrets::isSecret).toList();
    }

    /** Every key, by topic. */
    public static List<String> keys() {
        return options().stream().map(ConfReference::keyOf).toList();
    }

    /** A configuration file in which every key is explained and commented out. */
    public static String sample() {
        return options().stream()
                .map(option -> explanation(option) + "#" + keyOf(option) + " =" + sampleValue(option) + "\n")
                .collect(Collectors.joining("\n", SAMPLE_HEAD, ""));
    }

    /**
     * Every key with its explanation, effective value and where that comes from. Secrets are masked.
     *
     * @param command a parsed command that has {@code options} as a mixin
     */
    public static String effective(CommandLine command, CollectorOptions options, Configuration configuration) {
        return options().stream()
                .map(option -> explanation(option) + assignment(option, command, options, configuration) + "\n")
                .collect(Collectors.joining("\n"));
    }

    /** The effective value of each key as text; secrets are masked; a key without a value is left out. */
    public static Map<String, String> values(CommandLine command, CollectorOptions options) {
        return keys().stream()
                .filter(key -> value(key, command, options).isPresent())
                .collect(Collectors.toMap(
                        key -> key,
                        key -> value(key, command, options).orElseThrow(),
                        (a, b) -> a,
                        LinkedHashMap::new));
    }

    private static final String SAMPLE_HEAD = """
            # Configuration of the collector: key = value. Every key stands here with its default.
            # A key can also be given as an option (--database-url) or in the environment
            # (EMBERWATCH_COLLECTOR_DATABASE_URL); an option counts before the environment, and that before this file.
            # `emberwatch-collector config print` shows what is in force, `config check` looks for mistakes.

            """;

    private static String assignment(
            OptionSpec option, CommandLine command, CollectorOptions options, Configuration configuration) {
        String key = keyOf(option);
        Optional<String> value = value(key, command, options);
        if (value.isEmpty()) {
            return "#" + key + " is not set";
        }
        String origin = command.getParseResult().hasMatchedOption(LayeredConf.flag(key))
                ? LayeredConf.flag(key)
                : configuration.find(key).map(LayeredConf.Setting::origin).orElse("default");
        return key + " = " + value.get() + "    # " + origin;
    }

    private static Optional<String> value(String key, CommandLine command, CollectorOptions options) {
        Object value =
                command.getCommandSpec().findOption(LayeredConf.flag(key)).getValue();
        if (value == null) {
            return Optional.ofNullable(computed(key, options));
        }
        return Optional.of(
                masked(key, value instanceof Duration duration ? Durations.print(duration) : value.toString()));
    }

    /** A value as it may be printed. */
    public static String masked(String key, String value) {
        return Secrets.isSecret(key) ? Secrets.MASK : Texts.printable(Secrets.maskedUrl(value));
    }

    private static String computed(String key, CollectorOptions options) {
        return switch (key) {
            case "data.dir" -> options.database().data().folder().toString();
            case "collector.public-address" -> options.address().publicAddress().toString();
            case "mail.url" -> options.mail().url(options.database().data()).toString();
            case "mail.from" -> options.mail().from();
            default -> null;
        };
    }

    private static String explanation(OptionSpec option) {
        StringBuilder text = new StringBuilder();
        for (String line : option.description()) {
            text.append("# ").append(line).append('\n');
        }
        allowed(option)
                .ifPresent(allowed -> text.append("# Must be ").append(allowed).append(".\n"));
        text.append("# Default: ").append(defaultOf(option)).append(".\n");
        return text.toString();
    }

    private static Optional<String> allowed(OptionSpec option) {
        return List.of(option.converters()).stream()
                .filter(Checked.class::isInstance)
                .map(converter -> ((Checked<?>) converter).allowed())
                .findFirst();
    }

    private static String defaultOf(OptionSpec option) {
        String value = option.defaultValue();
        return value != null ? value : COMPUTED.getOrDefault(keyOf(option), "none");
    }

    private static String sampleValue(OptionSpec option) {
        return option.defaultValue() == null ? "" : " " + option.defaultValue();
    }

    private static String keyOf(OptionSpec option) {
        return Configuration.key(option).orElseThrow();
    }

    private static List<OptionSpec> options() {
        return CommandSpec.forAnnotatedObject(new CollectorOptions()).options().stream()
                .filter(option -> Configuration.key(option).isPresent())
                .toList();
    }
}
