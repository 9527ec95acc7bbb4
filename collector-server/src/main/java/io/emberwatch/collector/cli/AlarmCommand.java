package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.config.MailOptions;
import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.collector.model.AlarmView;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.OutboxState;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.store.AlarmQueries;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MessageIds;
import io.emberwatch.collector.store.OutboxStore;
import io.emberwatch.collector.store.OutboxStore.MailStatus;
import io.emberwatch.collector.store.ServiceProblemStore;
import io.emberwatch.collector.store.ServiceProblemStore.StoredProblem;
import io.emberwatch.collector.store.SilenceStore;
import io.emberwatch.protocol.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "alarm",
        description = "Alarms: see them, take them on, hold their mails back.",
        subcommands = {
            AlarmCommand.ListOpen.class,
            AlarmCommand.Show.class,
            AlarmCommand.Ack.class,
            AlarmCommand.Silencing.class,
            AlarmCommand.Unsilence.class,
            AlarmCommand.Test.class
        })
final class AlarmCommand {
    private static final AlarmQueries ALARMS = new AlarmQueries();
    private static final SilenceStore SILENCES = new SilenceStore();

    @Command(name = "list", description = "List the open alarms.")
    static final class ListOpen extends DatabaseCommand {
        @Option(names = "--machine", paramLabel = "NAME", description = "Only of this machine.")
        private String machine;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            List<AlarmView> alarms = database.transact(this::open);
            json.print(shell(), AlarmColumns.of(now()), alarms, "no open alarms\n", AlarmColumns.LIST);
        }

        private List<AlarmView> open(Connection connection) throws SQLException {
            List<AlarmView> all = ALARMS.listOpen(connection);
            if (machine == null) {
                return all;
            }
            Machine found = Lookup.machine(connection, machine);
            return all.stream()
                    .filter(alarm -> alarm.machine().equals(found.name()))
                    .toList();
        }
    }

    @Command(name = "show", description = "Show an alarm, what happened to it and who was notified.")
    static final class Show extends DatabaseCommand {
        @Parameters(paramLabel = "NUMBER", description = "Number of the alarm, as mails and alarm list give it.")
        private long number;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            AlarmView.History history = database.transact(connection -> ALARMS.show(connection, number))
                    .orElseThrow(() -> missing(number));
            json.print(shell(), AlarmColumns.object(history, now()), AlarmColumns.text(history));
        }
    }

    @Command(name = "ack", description = "Take an alarm on: its mail is not repeated any more.")
    static final class Ack extends DatabaseCommand {
        @Parameters(paramLabel = "NUMBER", description = "Number of the alarm, as mails and alarm list give it.")
        private long number;

        @Option(names = "--by", paramLabel = "NAME", description = "Who takes it on; you, if not given.")
        private String by;

        @Override
        void run(Database database) throws SQLException {
            String who = Validation.ownerName(by == null ? System.getProperty("user.name") : by);
            // Acknowledging makes no mail, so the domain of Message-IDs does not matter.
            AlarmStore alarms = new AlarmStore(new MessageIds("localhost"));
            switch (database.transact(connection -> alarms.acknowledge(connection, number, who))) {
                case DONE -> say("alarm " + number + " taken on by " + who);
                case ALREADY -> say("alarm " + number + " had been taken on before; see alarm show " + number);
                case NOT_FIRING ->
                    throw new CommandFailed("alarm " + number + " is not firing; see alarm show " + number);
                case NO_SUCH_ALARM -> throw missing(number);
            }
        }
    }

    private static CommandFailed missing(long number) {
        return new CommandFailed("there is no alarm " + number + "; alarm list shows the open ones");
    }

    @Command(
            name = "silence",
            description = "Hold mails back for a time; alarms are still recorded, and mailed if they outlast it.")
    static final class Silencing extends DatabaseCommand {
        private static final Duration LONGEST = Duration.ofDays(365);

        @Mixin
        private SilenceTarget target;

        @Option(names = "--for", required = true, paramLabel = "TIME", description = "For how long, for example 2h.")
        private String time;

        @Option(names = "--reason", defaultValue = "", paramLabel = "TEXT", description = "Why.")
        private String reason;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            Duration length = Validation.duration(time);
            if (length.isZero() || length.compareTo(LONGEST) > 0) {
                throw CommandFailed.usage("--for must be more than 0s and at most 365d, but is " + time);
            }
            Instant now = now().truncatedTo(ChronoUnit.MILLIS);
            Instant end = now.plus(length);
            long id = database.transact(
                    connection -> SILENCES.add(connection, target.find(connection), now, end, Validation.line(reason)));
            json.print(
                    shell(),
                    Json.object("id", id, "machines", target.name(), "ends_at", end),
                    "mails of " + target.name() + " are held back until " + end + "\n");
        }
    }

    @Command(name = "unsilence", description = "End silences before their time.")
    static final class Unsilence extends DatabaseCommand {
        @Mixin
        private SilenceTarget target;

        @Override
        void run(Database database) throws SQLException {
            int ended = database.transact(connection -> SILENCES.end(connection, target.find(connection), now()));
            if (ended == 0) {
                throw new CommandFailed(target.name() + ": no silence to end");
            }
            say("mails of " + target.name() + " are sent again");
        }
    }

    /** The mail itself is sent by the running collector, as any other. */
    @Command(
            name = "test",
            description =
                    "Make an alarm that is marked as a test, and follow its mail until the mail server has taken it.")
    static final class Test extends DatabaseCommand {
        private static final Duration LOOK_EVERY = Duration.ofMillis(200);
        private static final int MOST_PROBLEMS = 1_000;

        @Parameters(paramLabel = "MACHINE", description = "Name of the machine.")
        private String machine;

        @Option(
                names = "--wait",
                defaultValue = "30s",
                paramLabel = "TIME",
                description = "How long to follow the mail; 0s for not at all. Default: 30s.")
        private String wait;

        @Mixin
        private MailOptions mail;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            Duration timeout = Validation.duration(wait);
            AlarmStore alarms =
                    new AlarmStore(new MessageIds(MailMessages.from(mail.from()).domain()));
            long id = database.transact(connection -> alarms.createTest(
                    connection, Lookup.machine(connection, machine).id()));
            MailStatus status = follow(database, id, Instant.now().plus(timeout));
            if (status.state() == OutboxState.REJECTED) {
                throw new CommandFailed("the mail to " + status.recipient() + " was refused for good: "
                        + status.lastError().orElse("without a reason"));
            }
            if (status.state() == OutboxState.PENDING && !timeout.isZero()) {
                String reason =
                        status.lastError().isPresent() ? status.lastError().get() : whyNobodyTried(database);
                throw new CommandFailed("the mail to " + status.recipient() + " is not sent after " + wait + ": "
                        + reason + " It stays in the outbox.");
            }
            json.print(
                    shell(),
                    Json.object("machine", machine, "recipient", status.recipient(), "state", status.state()),
                    "test alarm of " + machine + ": mail to " + Texts.printable(status.recipient()) + " is "
                            + status.state() + "\n");
        }

        /** While a mail server takes nothing, most mails are not tried. */
        private static String whyNobodyTried(Database database) throws SQLException {
            return database
                    .transact(connection -> new ServiceProblemStore().recent(connection, Instant.now(), MOST_PROBLEMS))
                    .stream()
                    .filter(problem -> problem.isOpen())
                    .filter(problem -> problem.kind().equals(Kind.MAIL_LOGIN_REFUSED.name())
                            || problem.kind().equals(Kind.MAIL_UNAVAILABLE.name()))
                    .map(StoredProblem::text)
                    .findFirst()
                    .orElse("nobody has tried; is emberwatch-collector serve running?");
        }

        private static MailStatus follow(Database database, long mailId, Instant deadline) throws SQLException {
            while (true) {
                Optional<MailStatus> status =
                        database.transact(connection -> new OutboxStore().status(connection, mailId));
                MailStatus now = status.orElseThrow(() -> new CommandFailed("the test alarm was removed meanwhile"));
                if (now.state() != OutboxState.PENDING || !Instant.now().isBefore(deadline)) {
                    return now;
                }
                pause();
            }
        }

        private static void pause() {
            try {
                Thread.sleep(LOOK_EVERY.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailed("interrupted; the mail stays in the outbox", e);
            }
        }
    }

    /** Whose mails are held back: one machine's, or all. */
    static final class SilenceTarget {
        @Parameters(arity = "0..1", paramLabel = "MACHINE", description = "Name of the machine.")
        private String machine;

        @Option(names = "--all", description = "All machines.")
        private boolean all;

        /** {@code machine.id}, or empty for all machines. */
        private Optional<Integer> find(Connection connection) throws SQLException {
            if (all == (machine != null)) {
                throw CommandFailed.usage("name one machine, or give --all");
            }
            return all
                    ? Optional.empty()
                    : Optional.of(Lookup.machine(connection, machine).id());
        }

        private String name() {
            return all ? "all machines" : machine;
        }
    }
}
