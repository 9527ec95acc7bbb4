package io.emberwatch.probe.cli;

import io.emberwatch.probe.enroll.EnrollClient;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.LineStream;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.Key;
import io.emberwatch.protocol.conf.Suggestion;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code emberwatch-probe}, put together. Exit codes: 0 done, 1 failed, 2 usage or configuration. */
public final class ProbeCli {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private ProbeCli() {}

    @Command(
            name = "emberwatch-probe",
            description = "Watches this machine's temperatures and load for an Emberwatch collector.",
            synopsisSubcommandLabel = "COMMAND",
            versionProvider = Version.class,
            mixinStandardHelpOptions = true)
    private static final class Top {}

    public static void main(String[] args) {
        System.setErr(new LineStream(System.err));
        System.exit(commandLine(System.getenv(), new KernelTree(Path.of("/")), System.in, EnrollClient.Timing.USUAL)
                .execute(args));
    }

    static CommandLine commandLine(
            Map<String, String> environment, KernelTree tree, InputStream in, EnrollClient.Timing enrolling) {
        ConfOptions options = new ConfOptions(environment, tree);
        CommandLine config = new CommandLine(new ConfigCommand())
                .addSubcommand(configured(new ConfigCommand.Check(options), options))
                .addSubcommand(configured(new ConfigCommand.Print(options), options));
        return new CommandLine(new Top())
                .addSubcommand(configured(new RunCommand(options, tree), options))
                .addSubcommand(status(options))
                .addSubcommand(new CommandLine(new EnrollCommand(options, in, enrolling)))
                .addSubcommand(new CommandLine(new SampleCommand(tree)))
                .addSubcommand(config)
                .setExecutionExceptionHandler(ProbeCli::failed)
                .setParameterExceptionHandler(ProbeCli::misused);
    }

    private static CommandLine configured(Object command, ConfOptions options) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        options.addTo(spec);
        return new CommandLine(spec);
    }

    private static CommandLine status(ConfOptions options) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(new StatusCommand(options));
        options.addTo(spec, Stream.of(ProbeKeys.STATUS_SOCKET));
        return new CommandLine(spec);
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult given) throws Exception {
        if (e instanceof ConfException) {
            command.getErr().println("emberwatch-probe: " + Texts.printable(e.getMessage()));
            return USAGE;
        }
        if (e instanceof Spool.InUseException) {
            // The other may be about to end: the service manager is to try again.
            command.getErr().println("emberwatch-probe: " + Texts.printable(e.getMessage()));
            return FAILED;
        }
        throw e;
    }

    private static String notOnACommandLine(Key<?> key) {
        return key + " is not taken as a flag, because everybody on this machine can read it there: write it into the"
                + " configuration file, or set " + ProbeKeys.TABLE.environmentVariable(key.name());
    }

    /** Also mistyped: the next attempt would spell it right. */
    private static boolean isMeantFor(Key<?> key, String arg, CommandLine command) {
        List<String> flags = Stream.concat(
                        command.getCommandSpec().optionsMap().keySet().stream(), Stream.of(key.flag()))
                .toList();
        return arg.startsWith("--")
                && Suggestion.nearest(arg.split("=", 2)[0], flags)
                        .filter(key.flag()::equals)
                        .isPresent();
    }

    private static int misused(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        Optional<Key<?>> exposed = ProbeKeys.TABLE.keys().stream()
                .filter(Key::isSecret)
                .filter(key -> Stream.of(args).anyMatch(arg -> isMeantFor(key, arg, command)))
                .findFirst();
        if (exposed.isPresent()) {
            command.getErr().println("emberwatch-probe: " + notOnACommandLine(exposed.get()));
            return USAGE;
        }
        command.getErr()
                .println("emberwatch-probe: " + Texts.printable(wording(e)) + " (see "
                        + command.getCommandSpec().qualifiedName() + " --help)");
        return USAGE;
    }

    /** Without what stands behind a mistyped option: it may be a key. */
    private static String wording(CommandLine.ParameterException e) {
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().get(0).replaceFirst("(?s)=.*", "");
            return (word.startsWith("-") ? "unknown option '" : "unknown argument '") + word + "'"
                    + Suggestion.hint(
                            word,
                            e.getCommandLine().getCommandSpec().optionsMap().keySet());
        }
        return e.getMessage();
    }
}
