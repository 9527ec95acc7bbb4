package io.emberwatch.probe.cli;

import static io.emberwatch.protocol.conf.Kind.byteSize;
import static io.emberwatch.protocol.conf.Kind.choice;
import static io.emberwatch.protocol.conf.Kind.duration;
import static io.emberwatch.protocol.conf.Kind.hostPort;
import static io.emberwatch.protocol.conf.Kind.onOff;
import static io.emberwatch.protocol.conf.Kind.path;
import static io.emberwatch.protocol.conf.Kind.secret;

import io.emberwatch.probe.sample.SamplingLoop;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.auth.CertificateFingerprint;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.conf.HostPort;
import io.emberwatch.protocol.conf.Key;
import io.emberwatch.protocol.conf.KeyTable;
import io.emberwatch.protocol.conf.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every key of the probe's configuration, in the order of its reference; all else is derived from this table. */
final class ProbeKeys {
    static final int DEFAULT_PORT = 7411;
    static final String MACHINE_NAME_FORM =
            "1 to 64 letters, digits, dots, hyphens or underscores, beginning with a letter or digit";
    private static final String OFF = "off";
    /** The system allows 107 (unix(7)); a process id is added for a moment. */
    private static final int LONGEST_SOCKET = 95;

    private static final KeyTable.Builder KEYS = new KeyTable.Builder();

    static final Key<HostPort> COLLECTOR_ADDRESS = KEYS.optional("collector.address", hostPort(DEFAULT_PORT), "none")
            .example("collector.example.org:7411")
            .text("Where the collector listens; port " + DEFAULT_PORT + " unless given. Needed to run.");
    static final Key<CollectorTrust> COLLECTOR_TLS = KEYS.optional(
                    "collector.tls", trust(), "off on loopback, else system")
            .example("system")
            .text(
                    "How to know that it is the collector and nobody else:",
                    "system: its certificate is issued for that host name by an authority that this machine trusts;",
                    "sha256:…: its certificate has this SHA-256 fingerprint, which the collector's host shows, and nothing else",
                    "about it counts; off: no TLS, for loopback and for networks that are protected by other means.");
    static final Key<Path> CLIENT_CERTIFICATE_FILE = KEYS.optional(
                    "collector.client-certificate-file", path("FILE"), "none")
            .example("/etc/emberwatch/probe.pem")
            .text("For a collector that asks for a certificate: this machine's own (PEM, with those above it).");
    static final Key<Path> CLIENT_KEY_FILE = KEYS.optional("collector.client-key-file", path("FILE"), "none")
            .example("/etc/emberwatch/probe-key.pem")
            .text("The key of that certificate: PEM, PKCS#8, without a password; openssl pkey turns others into that.");
    static final Key<String> MACHINE_NAME = KEYS.optional(
                    "machine.name", Kind.of("NAME", MACHINE_NAME_FORM, ProbeKeys::machineName), "the host name")
            .example("gpu-01")
            .text("The name this machine is registered under at the collector.");
    static final Key<MachineKey> MACHINE_KEY = KEYS.optional("machine.key", secret("KEY", MachineKey::parse), "none")
            .example("secret")
            .text(
                    "This machine's key, as enroll writes it; no flag, because everybody sees those. Only the probe's user should",
                    "be able to read this file then. Needed to run.");
    static final Key<Path> MACHINE_KEY_FILE = KEYS.optional("machine.key-file", path("FILE"), "none")
            .example("/etc/emberwatch/probe.key")
            .text(
                    "The file that holds the key, and nothing else, instead of machine.key; readable by the probe alone.");
    static final Key<Duration> SAMPLING_INTERVAL = KEYS.key(
                    "sampling.interval", duration(SamplingLoop.SHORTEST_INTERVAL, SamplingLoop.LONGEST_INTERVAL), "5s")
            .text("How often a reading is taken. The collector may overrule it.");
    static final Key<Boolean> GPU_PROCESSES = KEYS.key("gpu.processes", onOff(), "on")
            .text(
                    "Whether the probe reports which programs compute on which GPU, and whose they are. Alarm mails name them.",
                    "How many there are is always reported.");
    static final Key<Path> SPOOL_DIRECTORY = KEYS.key("spool.directory", path("DIR"), "/var/lib/emberwatch-probe")
            .text("Where readings are kept until the collector has them, over restarts too; for one probe alone.");
    static final Key<Long> SPOOL_MAX_BYTES = KEYS.key(
                    "spool.max-bytes", byteSize(SpoolLimits.MIN_BYTES, SpoolLimits.MAX_BYTES), "64MiB")
            .text(
                    "How much room they may take there. Beyond that the oldest are dropped and reported as lost. 64MiB are",
                    "about 5 weeks of a machine without GPUs at 5s.");
    static final Key<Duration> SPOOL_MAX_AGE = KEYS.key(
                    "spool.max-age", duration(SpoolLimits.MIN_AGE, Duration.ofDays(3650)), "7d")
            .text("How long they are kept while the probe runs; then they are lost.");
    static final Key<Duration> SPOOL_SYNC = KEYS.key("spool.sync", duration(Duration.ZERO, Duration.ofMinutes(1)), "1s")
            .text(
                    "How much of the newest a loss of power may cost; 0s: each reading is on disk before the next. A crash of the",
                    "probe costs nothing.");
    static final Key<Optional<Path>> STATUS_SOCKET = KEYS.key(
                    "status.socket", statusSocket(), "/run/emberwatch-probe/status.sock")
            .text(
                    "The socket on which the running probe answers emberwatch-probe status, to its own user and root alone.");
    static final Key<String> LOG_LEVEL = KEYS.key(
                    "log.level", choice("LEVEL", List.of("error", "warn", "info", "debug")), "info")
            .text("How much the running probe logs.");

    /** Closed once every key is in it; names of retired keys would stand behind the prefix. */
    static final KeyTable TABLE = KEYS.build("EMBERWATCH_PROBE_");

    private ProbeKeys() {}

    private static String machineName(String name) {
        return Kind.require(Texts.isMachineName(name), name);
    }

    private static Kind<CollectorTrust> trust() {
        String allowed = "system, off, or sha256: and the 64 hexadecimal digits of the certificate's fingerprint";
        return Kind.of(
                "TRUST",
                allowed,
                text -> text.equals("system") || text.equals(OFF)
                        ? CollectorTrust.parse(text)
                        : new CollectorTrust.Pinned(CertificateFingerprint.parse(text)));
    }

    private static Kind<Optional<Path>> statusSocket() {
        return Kind.of("FILE", OFF + ", or begin with / and have at most " + LONGEST_SOCKET + " bytes", text -> {
            boolean isPath =
                    Path.of(text).isAbsolute() && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET;
            return Kind.require(
                    isPath || text.equals(OFF), Optional.of(Path.of(text)).filter(path -> isPath));
        });
    }
}
