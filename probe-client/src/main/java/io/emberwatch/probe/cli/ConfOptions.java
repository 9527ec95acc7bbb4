package io.emberwatch.probe.cli;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.conf.ConfFile;
import io.emberwatch.protocol.conf.LayeredConf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
        addTo(command, Key.all());
    }

    /** Only some of the keys. */
    void addTo(CommandSpec command, Stream<Key> keys) {
        command.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(Path.class)
                .description("configuration file; " + Conf.DEFAULT_FILE + " unless given")
                .build());
        keys.filter(Key::isFlag)
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
        return Conf.load(named(command), tree.root(), flags(command), environment);
    }

    /** For commands that anybody may try: a default file that only the probe's user can read is as good as none. */
    Conf confIfReadable(CommandSpec command) {
        Path file = Conf.defaultFile(tree.root());
        return named(command).isEmpty() && Files.exists(file) && !Files.isReadable(file)
                ? new Conf(
                        flags(command),
                        new LayeredConf(Key.ENVIRONMENT_PREFIX, environment, ConfFile.empty(file.toString())))
                : conf(command);
    }

    private static Optional<Path> named(CommandSpec command) {
        Path file = command.commandLine().getParseResult().matchedOptionValue(CONFIG, null);
        return Optional.ofNullable(file);
    }

    private static Map<Key, String> flags(CommandSpec command) {
        ParseResult given = command.commandLine().getParseResult();
        Map<Key, String> flags = new EnumMap<>(Key.class);
        Key.all()
                .filter(Key::isFlag)
                .filter(key -> given.hasMatchedOption(key.flag()))
                .forEach(key -> flags.put(key, given.matchedOptionValue(key.flag(), "")));
        return flags;
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
