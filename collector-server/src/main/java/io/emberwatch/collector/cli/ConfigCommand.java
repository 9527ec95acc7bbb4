package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.config.ConfReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description = "The configuration of the collector.",
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Print.class})
final class ConfigCommand {
    /** Keys and single values are checked wherever they are read; this asks for every one of them. */
    @Command(name = "check", description = "Look for mistakes in the configuration; connects to nothing.")
    static final class Check extends ShellCommand {
        @Mixin
        private CollectorOptions options;

        @Override
        public Integer call() {
            options.check(now());
            say("the configuration is in order");
            return ExitCode.OK;
        }
    }

    @Command(
            name = "print",
            description = "Print every key: what it means, what is in force, and where that comes from.")
    static final class Print extends ShellCommand {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CollectorOptions options;

        @Option(names = "--sample", description = "Print a configuration file with every default instead.")
        private boolean sample;

        @Mixin
        private JsonOption json;

        @Override
        public Integer call() {
            json.print(
                    shell(),
                    ConfReference.values(spec.commandLine(), options),
                    sample
                            ? ConfReference.sample()
                            : ConfReference.effective(
                                    spec.commandLine(), options, collector().configuration()));
            return ExitCode.OK;
        }
    }
}
