package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.CollectorOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Keys and single values are checked wherever they are read; this asks for every one of them. */
@Command(name = "check", description = "Look for mistakes in the configuration; connects to nothing.")
final class ConfigCheck implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private CollectorOptions options;

    ConfigCheck(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        options.check(shell.clock().instant());
        shell.out().println("the configuration is in order");
        shell.out().flush();
        return ExitCode.OK;
    }
}
