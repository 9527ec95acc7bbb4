package io.emberwatch.probe.cli;

import io.emberwatch.protocol.conf.LayeredConf.Setting;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code config check} and {@code config print}. */
@Command(
        name = "config",
        description = "Checks or prints the configuration.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class ConfigCommand {
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

        @Spec
        private CommandSpec spec;

        Print(ConfOptions options) {
            this.options = options;
        }

        @Override
        public Integer call() {
            Conf conf = options.conf(spec);
            Settings settings = Settings.of(conf, options.hostName());
            PrintWriter out = spec.commandLine().getOut();
            Key.all().forEach(key -> out.println(line(key, conf.find(key), settings)));
            return ProbeCli.DONE;
        }

        private static String line(Key key, Optional<Setting> setting, Settings settings) {
            if (setting.isEmpty()) {
                return ifNotSet(key, settings);
            }
            return key.isSecret()
                    ? "# " + key + " =  # set, but not shown: " + setting.get().origin()
                    : key + " = " + setting.get().value() + "  # "
                            + setting.get().origin();
        }

        private static String ifNotSet(Key key, Settings settings) {
            if (key == Key.MACHINE_NAME) {
                return key + " = " + settings.machineName() + "  # host name";
            }
            if (key == Key.COLLECTOR_TLS && settings.collector().isPresent()) {
                CollectorAccess collector = settings.collector().get();
                return key + " = " + collector.trust() + "  # default, as " + collector.address()
                        + (collector.address().isLoopback() ? " is loopback" : " is not loopback");
            }
            return "# " + key + " =  # not set: " + key.meaning();
        }
    }
}
