package io.emberwatch.collector.cli;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.app.CollectorSettings;
import io.emberwatch.collector.config.CollectorKeys;
import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.SqlFailure;
import io.emberwatch.collector.store.WriteCheck;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.rights.UserRights;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

@Command(name = "serve", description = "Run the collector in the foreground until it is stopped (SIGTERM or Ctrl-C).")
final class ServeCommand extends ShellCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Mixin
    private CollectorOptions options;

    @Override
    public Integer call() throws InterruptedException, SQLException {
        options.check(now());
        System.setProperty(
                "org.slf4j.simpleLogger.log.io.emberwatch", options.service().get(CollectorKeys.LOG_LEVEL));
        CollectorSettings settings = ServeSettings.from(options);
        try (StopSignal stop = StopSignal.installBeforeStart();
                OpenDatabase open = OpenDatabase.open(options.database(), Timeouts.SERVICE);
                Collector collector = start(open, settings)) {
            open.watch(collector.problems());
            warnOfPlainText(settings, collector);
            if (settings.mail().admin().isEmpty()) {
                LOG.warn("admin.mail is not set: nobody is mailed of problems of the service; status shows them");
            }
            stop.started();
            stop.await();
        }
        return ExitCode.OK;
    }

    private Collector start(OpenDatabase open, CollectorSettings settings) throws SQLException {
        excessRights(open).ifPresent(LOG::warn);
        requireWrites(open).forEach(LOG::warn);
        try {
            return Collector.start(open.database(), settings, shell().clock());
        } catch (IOException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    /**
     * Tries what a reading makes the collector write; returns what of the server's settings may cost some all the same.
     *
     * @throws CommandFailed if it is refused for what does not pass by itself
     */
    static List<String> requireWrites(OpenDatabase open) {
        try {
            return DatabaseAdvice.warnings(WriteCheck.run(open.database()), open.settings());
        } catch (SQLException e) {
            if (SqlFailure.isPassing(e)) {
                LOG.debug("did not find out whether the database takes writes", e);
                return List.of();
            }
            throw new CommandFailed(
                    "the database " + open.settings().place()
                            + " does not take what readings make the collector write: " + DatabaseAdvice.words(e)
                            + DatabaseAdvice.whenRefused(e),
                    e);
        }
    }

    private static void warnOfPlainText(CollectorSettings settings, Collector collector) {
        if (settings.tls().isEmpty() && !settings.net().listen().getAddress().isLoopbackAddress()) {
            LOG.warn(
                    "{} can be reached from other machines, and tls = off: readings and keys can be seen and changed on"
                            + " the way, unless probes come over a network or tunnel that is encrypted",
                    collector.address());
        }
    }

    /**
     * What the database user may do beyond what it needs, before the collector starts: a right that is missing would
     * show an hour later, and one too many never. Empty also if the server does not say. The embedded database is not
     * asked: it sets its users' rights itself.
     *
     * @throws CommandFailed if the user may not do all that the collector needs
     */
    static Optional<String> excessRights(OpenDatabase open) {
        if (open.embedded().isPresent()) {
            return Optional.empty();
        }
        try {
            UserRights rights = UserRights.of(open.settings(), DatabaseRole.COLLECTOR);
            if (!rights.missing().isEmpty()) {
                throw new CommandFailed(DatabaseAdvice.missing(rights.account(), rights.missing()));
            }
            return rights.excess().isEmpty()
                    ? Optional.empty()
                    : Optional.of(DatabaseAdvice.excess(rights.account(), rights.excess()));
        } catch (SQLException e) {
            LOG.debug("the database does not say what its user may do", e);
            return Optional.empty();
        }
    }
}
