package io.emberwatch.collector.cli;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.app.CollectorSettings;
import io.emberwatch.collector.config.CollectorKeys;
import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.store.Database;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

@Command(
        name = "serve",
        description = "Run the collector in the foreground until it is told to stop (SIGTERM or Ctrl-C).")
final class ServeCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private CollectorOptions options;

    ServeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException, SQLException {
        options.check(shell.clock().instant());
        System.setProperty("org.slf4j.simpleLogger.log.io.emberwatch", options.get(CollectorKeys.LOG_LEVEL));
        CollectorSettings settings = ServeSettings.from(options);
        try (StopSignal stop = StopSignal.installBeforeStart();
                OpenDatabase open = OpenDatabase.open(options.database(), Database.SERVICE_PATIENCE);
                Collector collector = start(open, settings)) {
            if (settings.tls().isEmpty()
                    && !settings.net().listen().getAddress().isLoopbackAddress()) {
                LoggerFactory.getLogger(ServeCommand.class)
                        .warn(
                                "{} can be reached from other machines, and tls = off: readings and keys can be seen"
                                        + " and changed on the way, unless probes come over a network or tunnel that is"
                                        + " encrypted",
                                collector.address());
            }
            stop.started();
            stop.await();
        }
        return ExitCode.OK;
    }

    private Collector start(OpenDatabase open, CollectorSettings settings) throws SQLException {
        RightsCheck.warning(open).ifPresent(LoggerFactory.getLogger(ServeCommand.class)::warn);
        try {
            return Collector.start(open.database(), settings, shell.clock());
        } catch (IOException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }
}
