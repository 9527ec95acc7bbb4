package io.emberwatch.probe.cli;

import io.emberwatch.probe.link.connect.ClientCertificate;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.link.connect.Connectors;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.conf.Conf;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the collector is, and how both sides know each other before anything is said.
 *
 * @param ours what this machine shows if it is asked; empty without TLS
 */
record CollectorAccess(HostPort address, CollectorTrust trust, Optional<ClientCertificate> ours) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Empty if no address is set; whatever else is set is checked all the same. */
    static Optional<CollectorAccess> of(Conf conf) {
        Optional<HostPort> address = conf.get(ProbeKeys.COLLECTOR_ADDRESS);
        Optional<CollectorTrust> trust = conf.get(ProbeKeys.COLLECTOR_TLS);
        Optional<ClientCertificate> ours = clientCertificate(conf);
        return address.map(there -> new CollectorAccess(there, trust.orElseGet(() -> usualTrust(there)), ours));
    }

    CollectorAccess {
        if (ours.isPresent() && trust instanceof CollectorTrust.PlainText) {
            throw new ConfException(ProbeKeys.CLIENT_CERTIFICATE_FILE + " needs TLS, but " + ProbeKeys.COLLECTOR_TLS
                    + " is off for " + address);
        }
    }

    /** @throws ConfException if a file is missing or cannot be used */
    static Optional<ClientCertificate> clientCertificate(Conf conf) {
        Optional<Path> chain = conf.get(ProbeKeys.CLIENT_CERTIFICATE_FILE);
        if (chain.isEmpty()) {
            conf.find(ProbeKeys.CLIENT_KEY_FILE).ifPresent(key -> {
                throw new ConfException(
                        ProbeKeys.CLIENT_KEY_FILE + " is of no use without " + ProbeKeys.CLIENT_CERTIFICATE_FILE);
            });
            return Optional.empty();
        }
        Path key = conf.get(ProbeKeys.CLIENT_KEY_FILE)
                .orElseThrow(() ->
                        new ConfException(ProbeKeys.CLIENT_CERTIFICATE_FILE + " needs " + ProbeKeys.CLIENT_KEY_FILE));
        try {
            return Optional.of(ClientCertificate.read(chain.get(), key));
        } catch (IllegalArgumentException e) {
            throw new ConfException(
                    ProbeKeys.CLIENT_CERTIFICATE_FILE + ", " + ProbeKeys.CLIENT_KEY_FILE + ": " + e.getMessage(), e);
        }
    }

    Connector connector() {
        return Connectors.to(address.host(), address.port(), trust, ours, TIMEOUT);
    }

    /**
     * What an operator should know about a way that is not protected; nothing if it is, or does not leave the machine.
     */
    Optional<String> warning() {
        return trust instanceof CollectorTrust.PlainText && !address.isLoopback()
                ? Optional.of(ProbeKeys.COLLECTOR_TLS + " = off: readings go to " + address
                        + " unencrypted, and whoever is in"
                        + " between can read and change them; this is for networks that are protected by other means")
                : Optional.empty();
    }

    private static CollectorTrust usualTrust(HostPort address) {
        return address.isLoopback() ? new CollectorTrust.PlainText() : new CollectorTrust.SystemAuthorities();
    }
}
