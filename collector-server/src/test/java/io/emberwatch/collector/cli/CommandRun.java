package io.emberwatch.collector.cli;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.testing.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs commands as from a shell, on a database of the test, and keeps what they say. */
final class CommandRun {
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Shell.Prompt prompt = question -> Optional.empty();
    private final List<String> questions = new ArrayList<>();

    /** What a command did. */
    record Result(int exitCode, String out, String err) {}

    static CommandRun on(TestDatabase database) {
        DatabaseSettings migrator = database.settings(DatabaseRole.MIGRATOR);
        return new CommandRun()
                .with("EMBERWATCH_COLLECTOR_CONFIG", "/dev/null")
                .with("EMBERWATCH_COLLECTOR_DATABASE_URL", database.settings().jdbcUrl())
                .with("EMBERWATCH_COLLECTOR_DATABASE_USER", database.settings().user())
                .with(
                        "EMBERWATCH_COLLECTOR_DATABASE_PASSWORD",
                        database.settings().password())
                .with("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_USER", migrator.user())
                .with("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_PASSWORD", migrator.password())
                .with("EMBERWATCH_COLLECTOR_COLLECTOR_PUBLIC_ADDRESS", "collector.example.org:7411");
    }

    static CommandRun withoutDatabase() {
        return new CommandRun().with("EMBERWATCH_COLLECTOR_CONFIG", "/dev/null");
    }

    CommandRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    CommandRun without(String variable) {
        environment.remove(variable);
        return this;
    }

    /** Answers the next questions so, instead of having no terminal. */
    CommandRun answering(String answer) {
        prompt = question -> {
            questions.add(question);
            return Optional.of(answer);
        };
        return this;
    }

    List<String> questions() {
        return questions;
    }

    Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = CollectorMain.run(
                new Shell(environment, new PrintWriter(out), new PrintWriter(err), prompt, Clock.systemUTC()),
                arguments);
        return new Result(exitCode, out.toString(), err.toString());
    }

    /** Runs a command that must succeed and returns what it printed. */
    String ok(String... arguments) {
        Result result = run(arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError(String.join(" ", arguments) + " ended with " + result);
        }
        return result.out();
    }
}
