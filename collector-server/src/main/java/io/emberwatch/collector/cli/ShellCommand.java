package io.emberwatch.collector.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command, with what it has around it. */
abstract class ShellCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** The command above all others. */
    final CollectorCommand collector() {
        return (CollectorCommand) spec.root().userObject();
    }

    final Shell shell() {
        return collector().shell();
    }

    final Instant now() {
        return shell().clock().instant();
    }

    /** Prints one line. */
    final void say(String line) {
        shell().say(line);
    }
}
