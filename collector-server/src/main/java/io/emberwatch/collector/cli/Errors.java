package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.ConfReference;
import io.emberwatch.collector.config.Configuration;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.Suggestion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever goes wrong into one line on standard error and an exit code; a stack trace only with --debug. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Configuration configuration;
    private final PrintWriter err;
    private final boolean debug;

    Errors(Configuration configuration, PrintWriter err, boolean debug) {
        this.configuration = configuration;
        this.err = err;
        this.debug = debug;
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        String help = e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        String message = badValue(e, arguments).orElseGet(() -> wording(e) + " (see " + help + ")");
        // No stack trace: it would only show the parser, with messages that repeat a mistyped option with its password.
        return report(message, Optional.empty(), ExitCode.USAGE);
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
        return report(e);
    }

    /** Prints what went wrong and returns the exit code. */
    int report(Exception e) {
        if (e instanceof ConfException) {
            return report(e.getMessage(), Optional.of(e), ExitCode.USAGE);
        }
        if (e instanceof CommandFailed failed) {
            return report(e.getMessage(), Optional.of(e), failed.exitCode());
        }
        if (e instanceof SQLException refusal) {
            String remedy = DatabaseAdvice.whenRefused(refusal);
            String words = remedy.isEmpty() ? e.getMessage() : DatabaseAdvice.words(e);
            return report("the database refused: " + words + remedy, Optional.of(e), ExitCode.SOFTWARE);
        }
        return report("unexpected: " + e + " (--debug shows where)", Optional.of(e), ExitCode.SOFTWARE);
    }

    private int report(String message, Optional<Exception> cause, int exitCode) {
        String line = String.valueOf(message).replaceAll("\\s*\\R\\s*", " ");
        err.println("error: " + Texts.printable(line));
        cause.filter(e -> debug).ifPresent(this::printTrace);
        err.flush();
        return exitCode;
    }

    private void printTrace(Exception e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace, true));
        trace.toString().lines().map(Errors::traceLine).forEach(err::println);
    }

    private static String traceLine(String line) {
        return line.startsWith("\t") ? "\t" + Texts.printable(line.strip()) : Texts.printable(line);
    }

    /** For a value of a key: which key, which value, from where, and what is allowed. */
    private Optional<String> badValue(ParameterException e, String[] arguments) {
        if (!(e.getCause() instanceof TypeConversionException) || e.getArgSpec() == null) {
            return Optional.empty();
        }
        return Configuration.key(e.getArgSpec()).map(key -> {
            boolean onCommandLine = Arrays.stream(arguments)
                    .anyMatch(word -> word.equals(key.flag()) || word.startsWith(key.flag() + "="));
            String origin = onCommandLine ? "the command line" : configuration.origin(key);
            return key + " " + e.getCause().getMessage() + ", but is '" + ConfReference.masked(key, e.getValue())
                    + "' (" + origin + ")";
        });
    }

    private static String wording(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            // Without what stands behind a mistyped option: it may be a password.
            String word = unmatched.getUnmatched().get(0).replaceFirst("(?s)=.*", "");
            List<String> known = word.startsWith("-")
                    ? List.copyOf(
                            e.getCommandLine().getCommandSpec().optionsMap().keySet())
                    : List.copyOf(e.getCommandLine().getSubcommands().keySet());
            String kind = word.startsWith("-") ? "option" : known.isEmpty() ? "argument" : "command";
            return "unknown " + kind + " '" + word + "'" + Suggestion.hint(word, known);
        }
        return e.getMessage();
    }
}
