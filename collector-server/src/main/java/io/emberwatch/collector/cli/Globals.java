package io.emberwatch.collector.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Options that must be known before the command line can be read, because the defaults of all others depend on them.
 *
 * @param config configuration file, if one is named
 * @param debug whether stack traces are wanted
 * @param helpOnly whether only help or version is asked for, which a broken configuration must not prevent
 */
record Globals(Optional<Path> config, boolean debug, boolean helpOnly) {
    private static final String CONFIG = "--config";
    private static final List<String> HELP = List.of("-h", "--help", "-V", "--version");

    static Globals of(String... arguments) {
        List<String> words = Arrays.asList(arguments);
        Optional<Path> config = Optional.empty();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith(CONFIG + "=")) {
                config = Optional.of(Path.of(word.substring(CONFIG.length() + 1)));
            } else if (word.equals(CONFIG) && i + 1 < words.size()) {
                config = Optional.of(Path.of(words.get(i + 1)));
            }
        }
        return new Globals(
                config,
                words.contains("--debug"),
                words.isEmpty() || words.stream().anyMatch(HELP::contains));
    }
}
