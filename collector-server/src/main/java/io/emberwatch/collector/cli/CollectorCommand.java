package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.Configuration;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * What stands above all commands, of which there is one file for each noun. Its options are read beforehand, see
 * {@link CollectorMain}: they decide on the rest.
 */
@Command(
        name = "emberwatch-collector",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = CollectorCommand.Version.class,
        sortOptions = false,
        description = "Stores every reading of the probes and mails the owners of machines in danger.")
final class CollectorCommand {
    private static final List<Class<?>> COMMANDS = List.of(
            ServeCommand.class,
            DemoCommand.class,
            MigrateCommand.class,
            StatusCommand.class,
            OwnerCommand.class,
            MachineCommand.class,
            GpuCommand.class,
            XidCommand.class,
            EnrollTokenCommand.class,
            LimitCommand.class,
            AlarmCommand.class,
            MailCommand.class,
            CertificateCommand.class,
            ConfigCommand.class);

    private final Shell shell;
    private final Configuration configuration;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Configuration file instead of /etc/emberwatch/collector.conf.")
    private Path unusedConfig;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces of errors.")
    private boolean unusedDebug;

    private CollectorCommand(Shell shell, Configuration configuration) {
        this.shell = shell;
        this.configuration = configuration;
    }

    /** The command line as a whole: every command there is. */
    static CommandLine line(Shell shell, Configuration configuration) {
        CommandLine line = new CommandLine(new CollectorCommand(shell, configuration));
        COMMANDS.forEach(line::addSubcommand);
        return line;
    }

    Shell shell() {
        return shell;
    }

    Configuration configuration() {
        return configuration;
    }

    /** The version of this build, from its jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"emberwatch-collector " + (version == null ? "(not packaged)" : version)};
        }
    }
}
