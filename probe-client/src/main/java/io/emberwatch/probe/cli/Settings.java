package io.emberwatch.probe.cli;

import static io.emberwatch.probe.cli.ProbeKeys.MACHINE_KEY;
import static io.emberwatch.probe.cli.ProbeKeys.MACHINE_KEY_FILE;

import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.conf.Conf;
import io.emberwatch.protocol.conf.ConfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The configuration, understood and checked.
 *
 * @param collector absent if not set; only {@code run} needs it
 * @param key absent if not set; only {@code run} needs it
 * @param spoolSync 0 to 1 minute
 * @param statusSocket absent if it is off
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
    /** @throws ConfException if a value is missing that has no default, out of range, or does not fit another */
    static Settings of(Conf conf, HostName hostName) {
        return new Settings(
                CollectorAccess.of(conf),
                conf.get(ProbeKeys.MACHINE_NAME).orElseGet(hostName::asMachineName),
                machineKey(conf),
                conf.require(ProbeKeys.SAMPLING_INTERVAL),
                conf.require(ProbeKeys.GPU_PROCESSES),
                conf.require(ProbeKeys.SPOOL_DIRECTORY),
                conf.require(ProbeKeys.SPOOL_MAX_BYTES),
                conf.require(ProbeKeys.SPOOL_MAX_AGE),
                conf.require(ProbeKeys.SPOOL_SYNC),
                conf.require(ProbeKeys.STATUS_SOCKET),
                conf.require(ProbeKeys.LOG_LEVEL));
    }

    /** The machine's key, wherever it is kept. */
    private static Optional<MachineKey> machineKey(Conf conf) {
        Optional<MachineKey> inline = conf.get(MACHINE_KEY);
        Optional<Path> file = conf.get(MACHINE_KEY_FILE);
        if (inline.isPresent() && file.isPresent()) {
            throw new ConfException("set " + MACHINE_KEY + " or " + MACHINE_KEY_FILE + ", not both");
        }
        return inline.or(() -> file.map(Settings::read));
    }

    private static MachineKey read(Path file) {
        try {
            return MachineKey.parse(Files.readString(file).strip());
        } catch (IOException e) {
            String reason = e.getClass().getSimpleName();
            throw new ConfException(MACHINE_KEY_FILE + " = " + file + ": cannot be read (" + reason + ")", e);
        } catch (IllegalArgumentException e) {
            throw new ConfException(MACHINE_KEY_FILE + " = " + file + ": the key " + e.getMessage(), e);
        }
    }
}
