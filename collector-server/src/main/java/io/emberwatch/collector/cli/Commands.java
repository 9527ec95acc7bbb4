package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.Configuration;
import io.emberwatch.protocol.conf.ConfException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line as a whole. */
public final class Commands {
    private Commands() {}

    /** Runs a command in this process' own surroundings and returns its exit code. */
    public static int run(String... arguments) {
        return run(
                new Shell(
                        System.getenv(),
                        utf8(FileDescriptor.out),
                        utf8(FileDescriptor.err),
                        Prompt.ofTerminal(),
                        Clock.systemUTC()),
                arguments);
    }

    static int run(Shell shell, String... arguments) {
        Globals globals = Globals.of(arguments);
        Configuration configuration;
        try {
            CommandLineSecrets.refuse(arguments);
            configuration = globals.helpOnly()
                    ? Configuration.none()
                    : Configuration.load(globals.config(), shell.environment(), arguments);
        } catch (ConfException e) {
            return new Errors(Configuration.none(), shell.err(), globals.debug()).report(e);
        }
        configuration.warnings().forEach(shell::warn);
        Errors errors = new Errors(configuration, shell.err(), globals.debug());
        return tree(shell, configuration)
                .setDefaultValueProvider(configuration)
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors)
                .setOut(shell.out())
                .setErr(shell.err())
                .execute(arguments);
    }

    /** Every command there is. */
    private static CommandLine tree(Shell shell, Configuration configuration) {
        return new CommandLine(new CollectorCommand())
                .addSubcommand(new ServeCommand(shell))
                .addSubcommand(new DemoCommand(shell))
                .addSubcommand(new MigrateCommand(shell))
                .addSubcommand(new StatusCommand(shell))
                .addSubcommand(group(new Owners())
                        .addSubcommand(new OwnerAdd(shell))
                        .addSubcommand(new OwnerList(shell))
                        .addSubcommand(new OwnerEdit(shell))
                        .addSubcommand(new OwnerRemove(shell)))
                .addSubcommand(group(new Machines())
                        .addSubcommand(new MachineAdd(shell))
                        .addSubcommand(new MachineList(shell))
                        .addSubcommand(new MachineShow(shell))
                        .addSubcommand(new MachineEdit(shell))
                        .addSubcommand(new MachineRekey(shell))
                        .addSubcommand(new MachineRevoke(shell))
                        .addSubcommand(new MachineRemove(shell)))
                .addSubcommand(group(new Gpus())
                        .addSubcommand(new GpuList(shell))
                        .addSubcommand(new GpuRetire(shell))
                        .addSubcommand(new GpuUnretire(shell)))
                .addSubcommand(new XidCommand(shell))
                .addSubcommand(group(new EnrollTokens())
                        .addSubcommand(new EnrollTokenCreate(shell))
                        .addSubcommand(new EnrollTokenList(shell))
                        .addSubcommand(new EnrollTokenRevoke(shell)))
                .addSubcommand(group(new Limits())
                        .addSubcommand(new LimitSet(shell))
                        .addSubcommand(new LimitList(shell))
                        .addSubcommand(new LimitClear(shell)))
                .addSubcommand(group(new Alarms())
                        .addSubcommand(new AlarmList(shell))
                        .addSubcommand(new AlarmShow(shell))
                        .addSubcommand(new AlarmAck(shell))
                        .addSubcommand(new AlarmSilence(shell))
                        .addSubcommand(new AlarmUnsilence(shell))
                        .addSubcommand(new AlarmTestCommand(shell)))
                .addSubcommand(group(new Mails()).addSubcommand(new MailTestCommand(shell)))
                .addSubcommand(group(new Certificates()).addSubcommand(new CertificateShow(shell)))
                .addSubcommand(group(new Config())
                        .addSubcommand(new ConfigCheck(shell))
                        .addSubcommand(new ConfigPrint(shell, configuration)));
    }

    private static CommandLine group(Object command) {
        return new CommandLine(command);
    }

    /** Whatever the terminal's locale: names of owners are in any script. */
    private static PrintWriter utf8(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
    }

    @Command(name = "owner", description = "People and teams who are told.")
    private static final class Owners {}

    @Command(name = "machine", description = "Machines that may send readings.")
    private static final class Machines {}

    @Command(name = "gpu", description = "The cards that machines have, and those that they do not have any more.")
    private static final class Gpus {}

    @Command(name = "enroll-token", description = "Tokens with which boxes become machines.")
    private static final class EnrollTokens {}

    @Command(name = "limit", description = "From which values on there is an alarm.")
    private static final class Limits {}

    @Command(name = "alarm", description = "Alarms: see them, take them on, hold their mails back.")
    private static final class Alarms {}

    @Command(name = "mail", description = "How mails leave.")
    private static final class Mails {}

    @Command(name = "certificate", description = "What probes know the collector by.")
    private static final class Certificates {}

    @Command(name = "config", description = "The configuration of the collector.")
    private static final class Config {}
}
