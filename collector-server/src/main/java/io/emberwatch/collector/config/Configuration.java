package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.ConfFile;
import io.emberwatch.protocol.conf.LayeredConf;
import io.emberwatch.protocol.conf.LayeredConf.Setting;
import io.emberwatch.protocol.conf.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What is configured outside the command line: the environment before the file. Gives every option that has a key its
 * default. Immutable.
 */
public final class Configuration implements IDefaultValueProvider {
    public static final Path STANDARD_FILE = Path.of("/etc/emberwatch/collector.conf");
    static final String PREFIX = "EMBERWATCH_COLLECTOR_";

    /** Names the file itself; the launcher's own variables carry the prefix too. */
    private static final String FILE_VARIABLE = PREFIX + "CONFIG";

    private static final Set<String> OTHER_VARIABLES = Set.of(FILE_VARIABLE, PREFIX + "OPTS", PREFIX + "HOME");

    private final LayeredConf layers;

    private Configuration(LayeredConf layers) {
        this.layers = layers;
    }

    /** What stands for a key in the environment. */
    public static String environmentVariable(String key) {
        return LayeredConf.environmentVariable(PREFIX, key);
    }

    /**
     * Reads the file and checks that every key is one.
     *
     * @param given file from the command line; else the environment names it, else it is {@link #STANDARD_FILE} if that
     *     exists
     * @throws ConfException if the file cannot be read, or names a key that does not exist
     */
    public static Configuration load(Optional<Path> given, Map<String, String> environment) {
        List<String> keys = ConfReference.keys();
        requireKnownVariables(environment.keySet(), keys);
        ConfFile file = given.or(() ->
                        Optional.ofNullable(environment.get(FILE_VARIABLE)).map(Path::of))
                .or(() -> Optional.of(STANDARD_FILE).filter(Files::exists))
                .map(ConfFile::parse)
                .orElseGet(() -> ConfFile.empty(STANDARD_FILE.toString()));
        file.requireKnownKeys(keys);
        return new Configuration(new LayeredConf(PREFIX, environment, file));
    }

    /** Nothing but defaults. */
    public static Configuration none() {
        return new Configuration(new LayeredConf(PREFIX, Map.of(), ConfFile.empty("")));
    }

    /** Where a key's value comes from, and the value as it stands there; empty if only the command line may give it. */
    public Optional<Setting> find(String key) {
        return layers.find(key);
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        return key(argument).flatMap(layers::find).map(Setting::value).orElseGet(argument::defaultValue);
    }

    /** The key of an option; empty for options of single commands. */
    public static Optional<String> key(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? Optional.of(option.descriptionKey()).filter(key -> !key.isEmpty())
                : Optional.empty();
    }

    private static void requireKnownVariables(Set<String> variables, List<String> keys) {
        List<String> known = keys.stream()
                .map(key -> LayeredConf.environmentVariable(PREFIX, key))
                .toList();
        for (String variable : variables) {
            if (variable.startsWith(PREFIX) && !known.contains(variable) && !OTHER_VARIABLES.contains(variable)) {
                throw new ConfException("unknown environment variable " + variable + Suggestion.hint(variable, known));
            }
        }
    }
}
