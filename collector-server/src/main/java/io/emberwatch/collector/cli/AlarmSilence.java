package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.SilenceStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "silence",
        description = "Hold mails back for a time; alarms are still recorded, and mailed if they outlast it.")
final class AlarmSilence extends DatabaseCommand {
    private static final Duration LONGEST = Duration.ofDays(365);

    @Mixin
    private SilenceTarget target;

    @Option(names = "--for", required = true, paramLabel = "TIME", description = "For how long, for example 2h.")
    private String time;

    @Option(names = "--reason", defaultValue = "", paramLabel = "TEXT", description = "Why.")
    private String reason;

    @Mixin
    private JsonOption json;

    AlarmSilence(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Duration length = Validation.duration(time);
        if (length.isZero() || length.compareTo(LONGEST) > 0) {
            throw new UsageProblem("--for must be more than 0s and at most 365d, but is " + time);
        }
        Instant now = shell().clock().instant().truncatedTo(ChronoUnit.MILLIS);
        Instant end = now.plus(length);
        long id = database.transact(connection ->
                new SilenceStore().add(connection, target.find(connection), now, end, Validation.line(reason)));
        json.print(
                shell(),
                Json.object("id", id, "machines", target.name(), "ends_at", end),
                "mails of " + target.name() + " are held back until " + end + "\n");
    }
}
