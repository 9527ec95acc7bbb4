package io.emberwatch.probe.cli;

import io.emberwatch.probe.enroll.EnrollClient;
import io.emberwatch.probe.enroll.FileOwner;
import io.emberwatch.probe.enroll.PrivateFile;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.auth.EnrollToken;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.conf.ConfException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code enroll}: turns a token into a machine's key and a configuration. The key is made here and leaves only as a
 * hash.
 */
@Command(
        name = "enroll",
        description = "Makes this host a machine of the fleet that the token is for, and writes the configuration.",
        mixinStandardHelpOptions = true)
final class EnrollCommand implements Callable<Integer> {
    private static final String SERVICE = "emberwatch-probe";
    /** Several times what a token has. */
    private static final int MAX_TOKEN_BYTES = 4096;

    private final ConfOptions options;
    private final InputStream in;
    private final EnrollClient.Timing timing;

    @Parameters(
            paramLabel = "TOKEN",
            arity = "1..*",
            description =
                    "the token, as machine add or enroll-token create printed it; - reads it from standard input, so that"
                            + " it stands in no list of processes and no history of commands")
    private List<String> token;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "what the machine is to be called if the token does not say; the host name unless given")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "configuration file to write; /etc/emberwatch/probe.conf unless given")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "who is to own the file and run the probe; " + SERVICE + " if there is such a user")
    private Optional<String> user = Optional.empty();

    @Option(names = "--replace", description = "also if the file has a key already, which is lost then")
    private boolean replace;

    @Spec
    private CommandSpec spec;

    EnrollCommand(ConfOptions options, InputStream in, EnrollClient.Timing timing) {
        this.options = options;
        this.in = in;
        this.timing = timing;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        EnrollToken parsed = token();
        EnrollConf conf = EnrollConf.of(options.file(file), parsed, replace, options.environment());
        String wanted = machineName(conf);
        String draft = conf.draft(wanted);
        try (PrivateFile written = PrivateFile.prepare(conf.file(), new FileOwner(user, SERVICE))) {
            written.write(draft);
            return enroll(parsed, conf, wanted, written);
        } catch (IOException e) {
            print(conf.file() + " cannot be written, so the token was not used ("
                    + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "): run enroll as root, or name another file with --config");
            return ProbeCli.FAILED;
        }
    }

    private int enroll(EnrollToken parsed, EnrollConf conf, String wanted, PrivateFile written)
            throws InterruptedException {
        MachineKey key = MachineKey.random(new SecureRandom());
        EnrollClient.Result result = new EnrollClient(conf.access().connector(), timing, this::print)
                .enroll(new Enroll(List.of(Message.VERSION), Version.text(), parsed.secret(), wanted, key.verifier()));
        if (!(result instanceof EnrollClient.Result.Accepted accepted)) {
            return failed(result);
        }
        try {
            written.write(conf.with(accepted.machineName(), key));
            String owner = written.owner();
            written.commit();
            printSuccess(accepted.machineName(), conf, owner);
            return ProbeCli.DONE;
        } catch (IOException e) {
            print("the collector has taken this machine as " + accepted.machineName() + ", but " + conf.file()
                    + " could not be written, and the key is lost (" + e + "): make room, and ask for a new token");
            return ProbeCli.FAILED;
        }
    }

    private String machineName(EnrollConf conf) {
        String wanted = name.or(conf::earlierName).orElse(options.hostName().text());
        if (!Texts.isMachineName(wanted)) {
            throw new ConfException("'" + Texts.printable(wanted) + "' cannot name a machine; --name must be "
                    + ProbeKeys.MACHINE_NAME_FORM);
        }
        return wanted;
    }

    private EnrollToken token() throws IOException {
        String text = token.equals(List.of("-"))
                ? new String(in.readNBytes(MAX_TOKEN_BYTES), StandardCharsets.UTF_8)
                : String.join("", token);
        try {
            return EnrollToken.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfException(e.getMessage(), e);
        }
    }

    private int failed(EnrollClient.Result result) {
        if (result instanceof EnrollClient.Result.Unanswered unanswered) {
            print(unanswered.reason()
                    + (unanswered.sent()
                            ? ". The token may be used up: if it is refused now, ask for a new one"
                            : ". The token was not sent; try again when this is mended"));
        } else if (result instanceof EnrollClient.Result.Refused refused) {
            print(refused.reason());
        }
        return ProbeCli.FAILED;
    }

    private void print(String line) {
        spec.commandLine().getErr().println("emberwatch-probe: " + Texts.printable(line));
        spec.commandLine().getErr().flush();
    }

    private void printSuccess(String machineName, EnrollConf conf, String owner) {
        var out = spec.commandLine().getOut();
        out.println("This machine is " + machineName + " at "
                + Texts.printable(conf.access().address().toString()) + ". Its key is in "
                + conf.file() + ", which only " + owner + " can read.");
        out.println("Start the probe as that user: systemctl enable --now " + SERVICE
                + " (or restart, if it runs already)");
        out.flush();
    }
}
