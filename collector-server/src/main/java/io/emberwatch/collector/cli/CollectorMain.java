package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.CollectorKeys;
import io.emberwatch.collector.config.Configuration;
import io.emberwatch.protocol.LineStream;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.Key;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the process begins: finds the configuration, which decides on the defaults, and runs a command. */
public final class CollectorMain {
    private CollectorMain() {}

    public static void main(String[] arguments) {
        forgetAddressesSoon();
        // Commands are to print their own lines only; serve sets log.level before anything logs.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setErr(new LineStream(System.err));
        Shell shell = new Shell(
                System.getenv(),
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Shell.Prompt.ofTerminal(),
                Clock.systemUTC());
        System.exit(run(shell, arguments));
    }

    /** A database or mail server that fails over to another address is found there; the JDK remembers for 30 s. */
    private static void forgetAddressesSoon() {
        Security.setProperty("networkaddress.cache.ttl", "3");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }

    /** Runs a command and returns its exit code. */
    static int run(Shell shell, String... arguments) {
        Globals globals = Globals.of(arguments);
        Configuration configuration;
        try {
            refuseSecrets(arguments);
            configuration = globals.helpOnly()
                    ? Configuration.none()
                    : Configuration.load(globals.config(), shell.environment(), arguments);
        } catch (ConfException e) {
            return new Errors(Configuration.none(), shell.err(), globals.debug()).report(e);
        }
        configuration.warnings().forEach(shell::warn);
        Errors errors = new Errors(configuration, shell.err(), globals.debug());
        return CollectorCommand.line(shell, configuration)
                .setDefaultValueProvider(configuration)
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors)
                .setOut(shell.out())
                .setErr(shell.err())
                .execute(arguments);
    }

    /**
     * Keeps secrets off the command line, where everybody on the host can read them.
     *
     * @throws ConfException that says where the secret belongs, without repeating it
     */
    private static void refuseSecrets(String... arguments) {
        CollectorKeys.TABLE.keys().stream()
                .filter(Key::isSecret)
                .filter(key -> Stream.of(arguments)
                        .anyMatch(word -> word.equals(key.flag()) || word.startsWith(key.flag() + "=")))
                .findFirst()
                .ifPresent(key -> {
                    throw new ConfException(key
                            + " is not taken as a flag, because everybody on this host can read it there: set " + key
                            + "-file, or " + CollectorKeys.TABLE.environmentVariable(key.name()));
                });
    }

    /** Whatever the terminal's locale: names of owners are in any script. */
    private static PrintWriter utf8(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
    }

    /**
     * Options that must be known before the command line can be read, because the defaults of all others depend on
     * them.
     *
     * @param config configuration file, if one is named
     * @param debug whether stack traces are wanted
     * @param helpOnly whether only help or version is asked for, which a broken configuration must not prevent
     */
    private record Globals(Optional<Path> config, boolean debug, boolean helpOnly) {
        private static final String CONFIG = "--config";
        private static final List<String> HELP = List.of("-h", "--help", "-V", "--version");

        static Globals of(String... arguments) {
            List<String> words = Arrays.asList(arguments);
            Optional<Path> config = Optional.empty();
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                if (word.startsWith(CONFIG + "=")) {
                    config = Optional.of(Path.of(word.substring(CONFIG.length() + 1)));
                } else if (word.equals(CONFIG) && i + 1 < words.size()) {
                    config = Optional.of(Path.of(words.get(i + 1)));
                }
            }
            return new Globals(
                    config,
                    words.contains("--debug"),
                    words.isEmpty() || words.stream().anyMatch(HELP::contains));
        }
    }
}
