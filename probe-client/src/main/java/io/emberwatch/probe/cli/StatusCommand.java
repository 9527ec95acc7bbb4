package io.emberwatch.probe.cli;

import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.probe.status.StatusClient;
import io.emberwatch.probe.status.StatusClient.StatusUnavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code status}: how the probe that runs on this machine does. */
@Command(
        name = "status",
        description =
                "Says how the probe that runs on this machine does; exit code 1 unless it is connected and sampling.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ConfOptions options;

    @Option(names = "--json", description = "as a JSON object, without what is absent")
    private boolean json;

    @Spec
    private CommandSpec spec;

    StatusCommand(ConfOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        Optional<Path> socket = options.confIfReadable(spec).require(ProbeKeys.STATUS_SOCKET);
        if (socket.isEmpty()) {
            return failed(ProbeKeys.STATUS_SOCKET + " is off: this machine's probe tells its status to nobody");
        }
        try {
            FlatJson status = FlatJson.parse(StatusClient.ask(socket.get(), TIMEOUT));
            spec.commandLine().getOut().println(json ? status.toString() : StatusText.of(status));
            return StatusText.problem(status).isEmpty() ? ProbeCli.DONE : ProbeCli.FAILED;
        } catch (StatusUnavailable e) {
            return failed(e.getMessage());
        } catch (IllegalArgumentException e) {
            return failed("what listens at " + socket.get() + " does not answer as a probe does");
        }
    }

    private int failed(String problem) {
        spec.commandLine().getErr().println("emberwatch-probe: " + problem);
        return ProbeCli.FAILED;
    }
}
