package io.emberwatch.probe.cli;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.conf.Conf;
import io.emberwatch.protocol.conf.ConfFile;
import io.emberwatch.protocol.conf.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Makes a flag of every key, and reads the configuration that a command was called with. */
final class ConfOptions {
    static final Path DEFAULT_FILE = Path.of("/etc/emberwatch/probe.conf");
    private static final String CONFIG = "--config";

    private final Map<String, String> environment;
    private final KernelTree tree;

    /** @param tree where the default file is looked for */
    ConfOptions(Map<String, String> environment, KernelTree tree) {
        this.environment = environment;
        this.tree = tree;
    }

    void addTo(CommandSpec command) {
        addTo(command, ProbeKeys.TABLE.keys().stream());
    }

    /** Only some of the keys. */
    void addTo(CommandSpec command, Stream<Key<?>> keys) {
        command.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(Path.class)
                .description("configuration file; " + DEFAULT_FILE + " unless given")
                .build());
        keys.filter(key -> !key.isSecret())
                .forEach(key -> command.addOption(OptionSpec.builder(key.flag())
                        .paramLabel(key.kind().label())
                        .type(String.class)
                        .description(help(key))
                        .build()));
    }

    /** The configuration of a parsed command; a file that it does not name need not exist. */
    Conf conf(CommandSpec command) {
        Path file = file(named(command));
        ConfFile read = named(command).isPresent() || Files.exists(file)
                ? ConfFile.parse(file)
                : ConfFile.empty(file.toString());
        Conf conf = conf(command, read);
        conf.warnings().forEach(warning -> command.commandLine().getErr().println("warning: " + warning));
        return conf;
    }

    /** For commands that anybody may try: a default file that only the probe's user can read is as good as none. */
    Conf confIfReadable(CommandSpec command) {
        Path file = file(Optional.empty());
        return named(command).isEmpty() && Files.exists(file) && !Files.isReadable(file)
                ? conf(command, ConfFile.empty(file.toString()))
                : conf(command);
    }

    Settings settings(CommandSpec command) {
        return Settings.of(conf(command), hostName());
    }

    /** The configuration file that is meant, whether it exists or not. */
    Path file(Optional<Path> named) {
        return named.orElseGet(() -> tree.root().resolve(Path.of("/").relativize(DEFAULT_FILE)));
    }

    Map<String, String> environment() {
        return environment;
    }

    HostName hostName() {
        return HostName.of(tree);
    }

    private Conf conf(CommandSpec command, ConfFile file) {
        ParseResult given = command.commandLine().getParseResult();
        Map<String, String> flags = ProbeKeys.TABLE.keys().stream()
                .filter(key -> given.hasMatchedOption(key.flag()))
                .collect(Collectors.toMap(Key::name, key -> given.matchedOptionValue(key.flag(), "")));
        return new Conf(ProbeKeys.TABLE, flags, environment, file);
    }

    private static Optional<Path> named(CommandSpec command) {
        return Optional.ofNullable(command.commandLine().getParseResult().matchedOptionValue(CONFIG, null));
    }

    private static String help(Key<?> key) {
        String allowed =
                key.kind().allowed().isEmpty() ? "" : "; must be " + key.kind().allowed();
        return String.join(" ", key.text()) + " (default: " + key.defaultValue().orElse(key.unset()) + allowed + ")";
    }
}
