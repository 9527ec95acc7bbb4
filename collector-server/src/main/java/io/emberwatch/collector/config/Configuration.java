package io.emberwatch.collector.config;

import static io.emberwatch.collector.config.CollectorKeys.TABLE;

import io.emberwatch.protocol.conf.Conf;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.ConfFile;
import io.emberwatch.protocol.conf.Key;
import io.emberwatch.protocol.conf.KeyTable;
import io.emberwatch.protocol.conf.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Finds the collector's configuration, and gives every option that has a key its value from there. Immutable. */
public final class Configuration implements IDefaultValueProvider {
    public static final Path STANDARD_FILE = Path.of("/etc/emberwatch/collector.conf");

    /** Names the file itself; the launcher's own variables carry the prefix too. */
    private static final String FILE_VARIABLE = TABLE.environmentVariable("config");

    private static final Set<String> OTHER_VARIABLES =
            Set.of(FILE_VARIABLE, TABLE.environmentVariable("opts"), TABLE.environmentVariable("home"));

    private final Conf conf;

    private Configuration(Conf conf) {
        this.conf = conf;
    }

    /**
     * Reads the file and checks that every key is one.
     *
     * @param given file from the command line; else the environment names it, else it is {@link #STANDARD_FILE} if that
     *     exists
     * @param arguments of the command line, which is yet to be understood
     * @throws ConfException if the file cannot be read, or names a key that does not exist
     */
    public static Configuration load(Optional<Path> given, Map<String, String> environment, String... arguments) {
        requireKnownVariables(environment.keySet());
        ConfFile file = given.or(() ->
                        Optional.ofNullable(environment.get(FILE_VARIABLE)).map(Path::of))
                .or(() -> Optional.of(STANDARD_FILE).filter(Files::exists))
                .map(ConfFile::parse)
                .orElseGet(() -> ConfFile.empty(STANDARD_FILE.toString()));
        return new Configuration(new Conf(TABLE, retiredFlags(arguments), environment, file));
    }

    /** Nothing but defaults. */
    public static Configuration none() {
        return new Configuration(new Conf(TABLE, Map.of(), Map.of(), ConfFile.empty("")));
    }

    /** Where a key's value comes from, for messages. */
    public String origin(Key<?> key) {
        return conf.find(key).map(Conf.Setting::origin).orElse("default");
    }

    /** What does no harm but should be mended, one line each. */
    public Stream<String> warnings() {
        return conf.warnings();
    }

    /** Called for options that are not on the command line. */
    @Override
    public String defaultValue(ArgSpec argument) {
        return key(argument).flatMap(conf::find).map(Conf.Setting::value).orElseGet(argument::defaultValue);
    }

    /** The key of an option; empty for options of single commands. */
    public static Optional<Key<?>> key(ArgSpec argument) {
        return argument instanceof OptionSpec option ? TABLE.find(option.descriptionKey()) : Optional.empty();
    }

    /** To warn of them; the others are understood later, together with the command. */
    private static Map<String, String> retiredFlags(String... arguments) {
        List<String> words =
                Arrays.stream(arguments).map(word -> word.split("=", 2)[0]).toList();
        return TABLE.retired().stream()
                .filter(name -> words.contains(KeyTable.flag(name)))
                .collect(Collectors.toMap(name -> name, name -> ""));
    }

    private static void requireKnownVariables(Set<String> variables) {
        List<String> known = variables(TABLE.names());
        List<String> retired = variables(TABLE.retired());
        for (String variable : variables) {
            if (variable.startsWith(TABLE.environmentPrefix())
                    && !known.contains(variable)
                    && !retired.contains(variable)
                    && !OTHER_VARIABLES.contains(variable)) {
                throw new ConfException("unknown environment variable " + variable + Suggestion.hint(variable, known));
            }
        }
    }

    private static List<String> variables(List<String> names) {
        return names.stream().map(TABLE::environmentVariable).toList();
    }
}
