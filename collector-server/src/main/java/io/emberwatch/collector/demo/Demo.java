package io.emberwatch.collector.demo;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.app.CollectorSettings;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The demo, once its database is open: collector and probe are started, and what they do is shown until it is time to
 * stop.
 *
 * @param reader a user of the same database that may only read
 * @param probe the probe's program
 */
public record Demo(
        DemoFolder folder,
        Database database,
        DatabaseSettings reader,
        CollectorSettings settings,
        Path probe,
        Narrator narrator,
        Clock clock) {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final String QUERY =
            "SELECT machine, state, taken_at, cpu_temp_c, load_1m, mem_used_percent FROM machine_now";

    /** Waits to be asked to stop. */
    @FunctionalInterface
    public interface Stop {
        /** Returns true as soon as the person wants the demo to end, or false after {@code time}. */
        boolean isAskedWithin(Duration time) throws InterruptedException;
    }

    /**
     * Runs until it is time, or until it is asked to stop; then everything that it started has ended.
     *
     * @throws DemoFailed if it cannot go on
     */
    public Tally run(String hostName, Timetable timetable, Stop stop)
            throws IOException, SQLException, InterruptedException {
        if (ProbeProcess.endLeftBehind(folder) > 0) {
            narrator.step("An earlier demo was killed and left its probe running; that has been ended.");
        }
        DemoMachine machine = DemoMachine.register(database, hostName);
        narrator.step("This machine is registered as " + machine.name() + "; its owner is " + DemoMachine.OWNER.name()
                + " <" + DemoMachine.OWNER.mail() + ">.");
        showSqlAccess();
        Instant start = clock.instant();
        try (Follower follower = Follower.from(start, reader, machine.id(), narrator, folder)) {
            stream(machine, follower, timetable, stop);
            // What was stored and mailed while everything stopped.
            follower.poll();
            return follower.tally();
        }
    }

    /** How a person opens the database, with a program that is on this machine for sure. */
    private void showSqlAccess() throws IOException {
        URI address = URI.create(reader.jdbcUrl().substring("jdbc:".length()));
        String schema = address.getPath().substring(1);
        String client = folder.sqlClient().map(Path::toString).orElse("mariadb");
        narrator.line("The database can be read with any MySQL or MariaDB client while the demo runs:");
        narrator.line("  host " + address.getHost() + ", port " + address.getPort() + ", database " + schema + ", user "
                + reader.user() + ", password " + reader.password());
        narrator.line("  for example: " + QUERY);
        // Newer clients of MariaDB insist on TLS otherwise, which loopback does without; those of MySQL do not.
        narrator.line(
                "  " + client + " --skip-ssl --host=" + address.getHost() + " --port=" + address.getPort() + " --user="
                        + reader.user() + " --password=" + reader.password() + " " + schema + " -e \"" + QUERY + "\"");
        narrator.line("  (mysql takes the same without --skip-ssl)");
    }

    private void stream(DemoMachine machine, Follower follower, Timetable timetable, Stop stop)
            throws IOException, SQLException, InterruptedException {
        try (Collector collector = Collector.start(database, settings, clock)) {
            Instant listening = clock.instant();
            narrator.step("The collector listens on 127.0.0.1:"
                    + collector.address().getPort() + "; mails go into " + folder.mails() + ".");
            try (ProbeProcess process = ProbeProcess.start(probe, folder, collector.address(), machine)) {
                narrator.step("The probe is started as process " + process.pid() + ": " + probe);
                narrator.step(timetable
                                .end()
                                .map(time -> "This takes " + time.toSeconds() + " seconds")
                                .orElse("This goes on until Ctrl-C")
                        + "; one line a reading, times are UTC.");
                LimitStory story = new LimitStory(database, machine, timetable, narrator);
                follow(process, follower, story, timetable, listening, stop);
                narrator.step("Stopping: first the probe, then the collector, then the database.");
            }
        }
    }

    private void follow(
            ProbeProcess process,
            Follower follower,
            LimitStory story,
            Timetable timetable,
            Instant listening,
            Stop stop)
            throws IOException, SQLException, InterruptedException {
        Duration elapsed = Duration.ZERO;
        while (!timetable.isOver(elapsed) && !stop.isAskedWithin(POLL_INTERVAL)) {
            // Ctrl-C ends the probe too: what ended it shows a moment later.
            if (!process.isAlive() && !stop.isAskedWithin(POLL_INTERVAL)) {
                throw process.failure();
            }
            follower.poll();
            elapsed = Duration.between(listening, clock.instant());
            if (follower.latest().isPresent()) {
                story.step(elapsed, follower.latest().get(), follower.tally());
            }
        }
    }
}
