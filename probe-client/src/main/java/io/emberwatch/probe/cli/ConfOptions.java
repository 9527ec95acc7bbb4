package io.emberwatch.probe.cli;

import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Makes a flag of every {@link Key}, and reads the configuration that a command was called with. */
final class ConfOptions {
    private static final String CONFIG = "--config";

    private final Map<String, String> environment;
    private final KernelTree tree;

    ConfOptions(Map<String, String> environment, KernelTree tree) {
        this.environment = environment;
        this.tree = tree;
    }

    void addTo(CommandSpec command) {
        command.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(Path.class)
                .description("configuration file; " + Conf.DEFAULT_FILE + " unless given")
                .build());
        Key.all()
                .filter(Key::isFlag)
                .forEach(key -> command.addOption(OptionSpec.builder(key.flag())
                        .paramLabel(key.form())
                        .type(String.class)
                        .description(key.meaning()
                                + key.defaultValue()
                                        .map(value -> " (default: " + value + ")")
                                        .orElse(""))
                        .build()));
    }

    Conf conf(CommandSpec command) {
        ParseResult given = command.commandLine().getParseResult();
        Map<Key, String> flags = new EnumMap<>(Key.class);
        Key.all()
                .filter(Key::isFlag)
                .filter(key -> given.hasMatchedOption(key.flag()))
                .forEach(key -> flags.put(key, given.matchedOptionValue(key.flag(), "")));
        Path file = given.matchedOptionValue(CONFIG, null);
        return Conf.load(Optional.ofNullable(file), tree.root(), flags, environment);
    }

    Settings settings(CommandSpec command) {
        return Settings.of(conf(command), HostName.of(tree));
    }

    /** The configuration file that is meant, whether it exists or not. */
    Path file(Optional<Path> named) {
        return named.orElseGet(() -> Conf.defaultFile(tree.root()));
    }

    Map<String, String> environment() {
        return environment;
    }

    HostName hostName() {
        return HostName.of(tree);
    }
}
