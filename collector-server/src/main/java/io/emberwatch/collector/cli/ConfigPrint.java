package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.config.ConfReference;
import io.emberwatch.collector.config.Configuration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "print", description = "Print every key: what it means, what is in force, and where that comes from.")
final class ConfigPrint implements Callable<Integer> {
    private final Shell shell;
    private final Configuration configuration;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CollectorOptions options;

    @Option(names = "--sample", description = "Print a configuration file with every default instead.")
    private boolean sample;

    @Mixin
    private JsonOption json;

    ConfigPrint(Shell shell, Configuration configuration) {
        this.shell = shell;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        json.print(
                shell,
                ConfReference.values(spec.commandLine(), options),
                sample ? ConfReference.sample() : ConfReference.effective(spec.commandLine(), options, configuration));
        return ExitCode.OK;
    }
}
