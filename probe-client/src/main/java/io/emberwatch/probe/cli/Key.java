package io.emberwatch.probe.cli;

import io.emberwatch.protocol.conf.LayeredConf;
import java.util.Optional;
import java.util.stream.Stream;

/** Every key of the configuration, once: file, flags, environment variables, help and {@code config print} follow from it. */
enum Key {
    COLLECTOR_ADDRESS(
            "collector.address",
            "HOST[:PORT]",
            "",
            "where the collector listens; port " + Key.DEFAULT_PORT + " unless given"),
    COLLECTOR_TLS(
            "collector.tls",
            "TRUST",
            "",
            "how to know the collector: system (its authorities and the host name), sha256:… (this certificate alone), or off"
                    + " (no TLS); off on loopback, else system, unless given"),
    CLIENT_CERTIFICATE_FILE(
            "collector.client-certificate-file",
            "FILE",
            "",
            "PEM chain that this machine shows to a collector that asks for one"),
    CLIENT_KEY_FILE("collector.client-key-file", "FILE", "", "its private key: PEM, PKCS#8, without a password"),
    MACHINE_NAME("machine.name", "NAME", "", "name the machine is registered under; the host name unless given"),
    MACHINE_KEY(
            "machine.key", "KEY", "", "the machine's key, as enroll writes it; no flag, because everybody sees those"),
    MACHINE_KEY_FILE("machine.key-file", "FILE", "", "file that holds the machine's key, readable by the probe alone"),
    SAMPLING_INTERVAL(
            "sampling.interval", "TIME", "5s", "how often a reading is taken, 1s to 1h; the collector may overrule it"),
    GPU_PROCESSES(
            "gpu.processes",
            "on|off",
            "on",
            "whether the collector is told which programs compute on which GPU, and whose they are; how many is told always"),
    SPOOL_DIRECTORY(
            "spool.directory",
            "DIR",
            "/var/lib/emberwatch-probe",
            "where readings are kept until the collector has them; for one probe alone"),
    SPOOL_MAX_BYTES(
            "spool.max-bytes", "SIZE", "64MiB", "room for readings on disk, 1MiB to 1TiB; then the oldest are lost"),
    SPOOL_MAX_AGE("spool.max-age", "TIME", "7d", "how long readings are kept, 1m to 3650d; then they are lost"),
    SPOOL_SYNC(
            "spool.sync",
            "TIME",
            "1s",
            "how much of the newest a loss of power may cost, 0s to 1m; 0s: each reading is on disk before the next"),
    STATUS_SOCKET(
            "status.socket",
            "FILE",
            "/run/emberwatch-probe/status.sock",
            "socket on which the probe tells its status to emberwatch-probe status, or off"),
    LOG_LEVEL("log.level", "LEVEL", "info", "error, warn, info or debug");

    static final int DEFAULT_PORT = 7411;
    static final String ENVIRONMENT_PREFIX = "EMBERWATCH_PROBE_";

    private final String text;
    private final String form;
    private final String defaultValue;
    private final String meaning;

    Key(String text, String form, String defaultValue, String meaning) {
        this.text = text;
        this.form = form;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
    }

    static Stream<Key> all() {
        return Stream.of(values());
    }

    String text() {
        return text;
    }

    /** What a value looks like, for help. */
    String form() {
        return form;
    }

    Optional<String> defaultValue() {
        return defaultValue.isEmpty() ? Optional.empty() : Optional.of(defaultValue);
    }

    String meaning() {
        return meaning;
    }

    boolean isSecret() {
        return this == MACHINE_KEY;
    }

    /** Whether it may stand on a command line, which everybody on the machine can read. */
    boolean isFlag() {
        return !isSecret();
    }

    String flag() {
        return LayeredConf.flag(text);
    }

    String environmentVariable() {
        return LayeredConf.environmentVariable(ENVIRONMENT_PREFIX, text);
    }

    @Override
    public String toString() {
        return text;
    }
}
