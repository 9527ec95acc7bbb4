package io.emberwatch.collector.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What stands above all commands. Its options are read beforehand, see {@link Globals}: they decide on the rest. */
@Command(
        name = "emberwatch-collector",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Stores every reading of the probes and mails the owners of machines in danger.")
final class CollectorCommand {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Configuration file instead of /etc/emberwatch/collector.conf.")
    private Path unusedConfig;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces of errors.")
    private boolean unusedDebug;
}
