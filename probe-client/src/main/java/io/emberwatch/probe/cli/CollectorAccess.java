package io.emberwatch.probe.cli;

import io.emberwatch.probe.link.connect.ClientCertificate;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.link.connect.Connectors;
import io.emberwatch.protocol.auth.CertificateFingerprint;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.conf.ConfException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the collector is, and how both sides know each other before anything is said.
 *
 * @param ours what this machine shows if it is asked; empty without TLS
 */
record CollectorAccess(HostAndPort address, CollectorTrust trust, Optional<ClientCertificate> ours) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Empty if no address is set; whatever else is set is checked all the same. */
    static Optional<CollectorAccess> of(Conf conf) {
        Optional<HostAndPort> address =
                conf.get(Key.COLLECTOR_ADDRESS, text -> HostAndPort.parse(text, Key.DEFAULT_PORT));
        Optional<CollectorTrust> trust = conf.get(Key.COLLECTOR_TLS, CollectorAccess::parseTrust);
        Optional<ClientCertificate> ours = clientCertificate(conf);
        return address.map(there -> new CollectorAccess(there, trust.orElseGet(() -> usualTrust(there)), ours));
    }

    CollectorAccess {
        if (ours.isPresent() && trust instanceof CollectorTrust.PlainText) {
            throw new ConfException(
                    Key.CLIENT_CERTIFICATE_FILE + " needs TLS, but " + Key.COLLECTOR_TLS + " is off for " + address);
        }
    }

    /** @throws ConfException if a file is missing or cannot be used */
    static Optional<ClientCertificate> clientCertificate(Conf conf) {
        Optional<Path> chain = conf.get(Key.CLIENT_CERTIFICATE_FILE, Path::of);
        if (chain.isEmpty()) {
            conf.find(Key.CLIENT_KEY_FILE).ifPresent(key -> {
                throw new ConfException(Key.CLIENT_KEY_FILE + " is of no use without " + Key.CLIENT_CERTIFICATE_FILE);
            });
            return Optional.empty();
        }
        Path key = conf.get(Key.CLIENT_KEY_FILE, Path::of)
                .orElseThrow(() -> new ConfException(Key.CLIENT_CERTIFICATE_FILE + " needs " + Key.CLIENT_KEY_FILE));
        try {
            return Optional.of(ClientCertificate.read(chain.get(), key));
        } catch (IllegalArgumentException e) {
            throw new ConfException(
                    Key.CLIENT_CERTIFICATE_FILE + ", " + Key.CLIENT_KEY_FILE + ": " + e.getMessage(), e);
        }
    }

    Connector connector() {
        return Connectors.to(address.host(), address.port(), trust, ours, TIMEOUT);
    }

    /** What an operator should know about a way that is not protected; nothing if it is, or does not leave the machine. */
    Optional<String> warning() {
        return trust instanceof CollectorTrust.PlainText && !address.isLoopback()
                ? Optional.of(
                        Key.COLLECTOR_TLS + " = off: readings go to " + address + " unencrypted, and whoever is in"
                                + " between can read and change them; this is for networks that are protected by other means")
                : Optional.empty();
    }

    private static CollectorTrust usualTrust(HostAndPort address) {
        return address.isLoopback() ? new CollectorTrust.PlainText() : new CollectorTrust.SystemAuthorities();
    }

    private static CollectorTrust parseTrust(String text) {
        return switch (text) {
            case "system", "off" -> CollectorTrust.parse(text);
            default -> pinned(text);
        };
    }

    private static CollectorTrust pinned(String text) {
        try {
            return new CollectorTrust.Pinned(CertificateFingerprint.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "must be system, off, or sha256: and the 64 hexadecimal digits of the certificate's fingerprint",
                    e);
        }
    }
}
