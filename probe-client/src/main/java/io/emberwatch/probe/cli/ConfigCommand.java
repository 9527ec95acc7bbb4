package io.emberwatch.probe.cli;

import io.emberwatch.protocol.conf.Conf;
import io.emberwatch.protocol.conf.Key;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code config check} and {@code config print}. */
@Command(
        name = "config",
        description = "Checks or prints the configuration.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class ConfigCommand {
    private static final String SAMPLE_HEAD = """
            # Configuration of the Emberwatch probe: /etc/emberwatch/probe.conf
            #
            # Each line is "key = value". "emberwatch-probe enroll TOKEN" writes what is needed. Every key but machine.key is also
            # a flag (--collector-address), and every one an environment variable (EMBERWATCH_PROBE_COLLECTOR_ADDRESS); a flag
            # counts more than the environment, the environment more than this file.
            # Check it with: emberwatch-probe config check
            """;

    /** A configuration file in which every key is explained and commented out. */
    static String sample() {
        return ProbeKeys.TABLE.sample(SAMPLE_HEAD);
    }

    /** Says that all is well, or what is not. */
    @Command(
            name = "check",
            description = "Checks the configuration and says what is wrong with it.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        private final ConfOptions options;

        @Spec
        private CommandSpec spec;

        Check(ConfOptions options) {
            this.options = options;
        }

        @Override
        public Integer call() {
            Settings settings = options.settings(spec);
            RunCommand.requireRunnable(settings);
            settings.collector()
                    .flatMap(CollectorAccess::warning)
                    .ifPresent(warning -> spec.commandLine().getErr().println("warning: " + warning));
            spec.commandLine().getOut().println("configuration is valid for machine " + settings.machineName());
            return ProbeCli.DONE;
        }
    }

    /** Prints the values that count in the form of a configuration file. */
    @Command(
            name = "print",
            description = "Prints the values in effect and where each comes from; secrets are masked.",
            mixinStandardHelpOptions = true)
    static final class Print implements Callable<Integer> {
        private final ConfOptions options;

        @Option(names = "--sample", description = "a configuration file with every default instead")
        private boolean sample;

        @Spec
        private CommandSpec spec;

        Print(ConfOptions options) {
            this.options = options;
        }

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            if (sample) {
                out.print(sample());
                out.flush();
                return ProbeCli.DONE;
            }
            Conf conf = options.conf(spec);
            Settings settings = Settings.of(conf, options.hostName());
            ProbeKeys.TABLE.keys().forEach(key -> out.println(line(key, conf.find(key), settings)));
            return ProbeCli.DONE;
        }

        private static String line(Key<?> key, Optional<Conf.Setting> setting, Settings settings) {
            if (setting.isEmpty()) {
                return ifNotSet(key, settings);
            }
            return key.isSecret()
                    ? "# " + key + " =  # set, but not shown: " + setting.get().origin()
                    : key + " = " + setting.get().value() + "  # "
                            + setting.get().origin();
        }

        private static String ifNotSet(Key<?> key, Settings settings) {
            if (key.equals(ProbeKeys.MACHINE_NAME)) {
                return key + " = " + settings.machineName() + "  # host name";
            }
            if (key.equals(ProbeKeys.COLLECTOR_TLS) && settings.collector().isPresent()) {
                CollectorAccess collector = settings.collector().get();
                return key + " = " + collector.trust() + "  # default, as " + collector.address()
                        + (collector.address().isLoopback() ? " is loopback" : " is not loopback");
            }
            return "# " + key + " =  # not set: " + String.join(" ", key.text());
        }
    }
}
