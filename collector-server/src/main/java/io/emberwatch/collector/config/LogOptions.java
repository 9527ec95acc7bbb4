package io.emberwatch.collector.config;

import picocli.CommandLine.Option;

/** What the collector tells about its work, on standard error. */
public final class LogOptions {
    @Option(
            names = "--log-level",
            descriptionKey = "log.level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            converter = Kinds.LogLevel.class,
            description = "How much the running collector logs.")
    private String level;

    public String level() {
        return level;
    }
}
