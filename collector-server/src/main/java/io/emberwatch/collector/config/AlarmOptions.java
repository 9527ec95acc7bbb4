package io.emberwatch.collector.config;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How insistent alarms are. */
public final class AlarmOptions {
    @Option(
            names = "--alarm-repeat-warning",
            descriptionKey = "alarm.repeat-warning",
            paramLabel = "TIME",
            defaultValue = "4h",
            converter = Repeat.class,
            description = "How often the owner is reminded of a warning that lasts and that nobody has acknowledged.")
    private Duration repeatWarning;

    @Option(
            names = "--alarm-repeat-critical",
            descriptionKey = "alarm.repeat-critical",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Repeat.class,
            description = "The same for critical alarms.")
    private Duration repeatCritical;

    static final class Repeat extends TimeSpan {
        Repeat() {
            super(Duration.ofMinutes(1), Duration.ofDays(30));
        }
    }

    public Duration repeatWarning() {
        return repeatWarning;
    }

    public Duration repeatCritical() {
        return repeatCritical;
    }
}
