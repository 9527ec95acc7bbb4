package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.demo.Demo;
import io.emberwatch.collector.demo.DemoFailed;
import io.emberwatch.collector.demo.DemoFolder;
import io.emberwatch.collector.demo.Narrator;
import io.emberwatch.collector.demo.ProbeProgram;
import io.emberwatch.collector.demo.Tally;
import io.emberwatch.collector.demo.Timetable;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.rights.DatabaseRole;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Try everything out on this machine: a collector, its database, the real probe, an alarm and its mails.",
            "Needs nothing set up and leaves everything else alone, the configuration included."
        })
final class DemoCommand extends ShellCommand {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "End by itself so long after the collector has started, 15 or more; else at Ctrl-C.")
    private Integer seconds;

    // No keys: a demo must not touch what is configured for the real collector.
    @Option(names = "--data-dir", paramLabel = "FOLDER", description = "Where the demo keeps its database and mails.")
    private Path folder;

    @Option(names = "--probe", paramLabel = "FILE", description = "The program emberwatch-probe, if it is not found.")
    private Path probe;

    @Override
    public Integer call() throws InterruptedException, SQLException {
        Optional<Duration> total = Optional.ofNullable(seconds).map(Duration::ofSeconds);
        if (total.isPresent() && total.get().compareTo(Timetable.SHORTEST) < 0) {
            throw CommandFailed.usage("--seconds must be " + Timetable.SHORTEST.toSeconds()
                    + " or more, for an alarm to come and go, but is " + seconds);
        }
        try (StopSignal stop = StopSignal.install()) {
            Tally tally = run(Timetable.of(total), stop);
            say(tally.summary());
            return tally.isSuccess() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (DemoFailed e) {
            throw new CommandFailed(e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailed("the demo cannot go on: " + e, e);
        }
    }

    private Tally run(Timetable timetable, StopSignal stop) throws IOException, SQLException, InterruptedException {
        Narrator narrator = new Narrator(shell().out());
        Path program = ProbeProgram.find(Optional.ofNullable(probe));
        try (DemoFolder own = DemoFolder.take(folder != null ? folder.toAbsolutePath() : DataOptions.demoFolder())) {
            narrator.step(
                    own.sqlClient().isPresent()
                            ? "Starting the MariaDB in " + own.path() + "."
                            : "Unpacking and starting a MariaDB in " + own.path()
                                    + "; this first time it takes about ten seconds.");
            CollectorOptions options = options(own);
            try (OpenDatabase open = OpenDatabase.open(options.database(), Timeouts.SERVICE)) {
                Demo demo = new Demo(
                        own,
                        open.database(),
                        open.embedded().orElseThrow().settings(DatabaseRole.READER),
                        ServeSettings.from(options),
                        program,
                        narrator,
                        shell().clock());
                return demo.run(AddressOptions.hostName(), timetable, stop::isAskedWithin);
            }
        }
    }

    /** A collector's defaults, in a folder and on a port of the demo's own. */
    private static CollectorOptions options(DemoFolder folder) {
        CollectorOptions options = new CollectorOptions();
        new CommandLine(options)
                .parseArgs(
                        "--database-url", "embedded",
                        "--data-dir", folder.path().toString(),
                        "--listen", "127.0.0.1:0",
                        "--mail-url", "file:" + folder.mails().toUri().getRawPath(),
                        "--mail-from", "emberwatch@demo.example");
        return options;
    }
}
