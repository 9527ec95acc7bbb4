package io.emberwatch.probe.cli;

import io.emberwatch.probe.sample.SamplingLoop;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.conf.Durations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The configuration, understood and checked.
 *
 * @param collector absent if not set; only {@code run} needs it
 * @param key absent if not set; only {@code run} needs it
 * @param spoolSync 0 to 1 minute
 * @param statusSocket absent if it is off
 * @param logLevel one of {@link #LOG_LEVELS}
 */
record Settings(
        Optional<CollectorAccess> collector,
        String machineName,
        Optional<MachineKey> key,
        Duration samplingInterval,
        boolean tellsGpuProcesses,
        Path spoolDirectory,
        long spoolMaxBytes,
        Duration spoolMaxAge,
        Duration spoolSync,
        Optional<Path> statusSocket,
        String logLevel) {
    static final String MACHINE_NAME_FORM =
            "must be 1 to 64 letters, digits, dots, hyphens or underscores, beginning with a letter or digit";
    private static final Duration LONGEST_SPOOL_AGE = Duration.ofDays(3650);
    private static final Duration LONGEST_SYNC = Duration.ofMinutes(1);
    /** The system allows 107 (unix(7)); a process id is added for a moment. */
    private static final int LONGEST_SOCKET = 95;

    private static final String ON = "on";
    private static final String OFF = "off";
    static final List<String> LOG_LEVELS = List.of("error", "warn", "info", "debug");

    static Settings of(Conf conf, HostName hostName) {
        return new Settings(
                CollectorAccess.of(conf),
                conf.get(Key.MACHINE_NAME, Settings::machineName).orElseGet(() -> hostName.asMachineName()),
                KeySource.of(
                        conf.get(Key.MACHINE_KEY, MachineKey::parse),
                        conf.get(Key.MACHINE_KEY_FILE, text -> Path.of(text))),
                conf.get(
                                Key.SAMPLING_INTERVAL,
                                text -> duration(text, SamplingLoop.SHORTEST_INTERVAL, SamplingLoop.LONGEST_INTERVAL))
                        .orElseThrow(),
                conf.get(Key.GPU_PROCESSES, Settings::onOrOff).orElseThrow(),
                conf.get(Key.SPOOL_DIRECTORY, text -> Path.of(text)).orElseThrow(),
                conf.get(
                                Key.SPOOL_MAX_BYTES,
                                text -> ByteSizes.parse(text, SpoolLimits.MIN_BYTES, SpoolLimits.MAX_BYTES))
                        .orElseThrow(),
                conf.get(Key.SPOOL_MAX_AGE, text -> duration(text, SpoolLimits.MIN_AGE, LONGEST_SPOOL_AGE))
                        .orElseThrow(),
                conf.get(Key.SPOOL_SYNC, text -> duration(text, Duration.ZERO, LONGEST_SYNC))
                        .orElseThrow(),
                conf.get(Key.STATUS_SOCKET, Settings::statusSocket).orElseThrow(),
                conf.get(Key.LOG_LEVEL, Settings::logLevel).orElseThrow());
    }

    private static String machineName(String text) {
        if (!Texts.isMachineName(text)) {
            throw new IllegalArgumentException(MACHINE_NAME_FORM);
        }
        return text;
    }

    private static Duration duration(String text, Duration shortest, Duration longest) {
        Duration duration = Durations.parse(text);
        if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    "must be " + Durations.print(shortest) + " to " + Durations.print(longest));
        }
        return duration;
    }

    static Optional<Path> statusSocket(String text) {
        if (text.equals(OFF)) {
            return Optional.empty();
        }
        Path file = Path.of(text);
        if (!file.isAbsolute() || text.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            throw new IllegalArgumentException(
                    "must be " + OFF + ", or begin with / and have at most " + LONGEST_SOCKET + " bytes");
        }
        return Optional.of(file);
    }

    private static boolean onOrOff(String text) {
        if (!text.equals(ON) && !text.equals(OFF)) {
            throw new IllegalArgumentException("must be " + ON + " or " + OFF);
        }
        return text.equals(ON);
    }

    private static String logLevel(String text) {
        String level = text.toLowerCase(Locale.ROOT);
        if (!LOG_LEVELS.contains(level)) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", LOG_LEVELS));
        }
        return level;
    }
}
