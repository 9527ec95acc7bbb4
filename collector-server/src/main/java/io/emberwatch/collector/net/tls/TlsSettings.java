package io.emberwatch.collector.net.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How connections are encrypted.
 *
 * @param certificate where the collector's certificate and key are
 * @param clientCaFile CAs of which one must have signed the certificate that a probe brings; empty: probes need none
 * @param lookInterval how often to look whether files have changed; a change counts once it was seen twice
 */
public record TlsSettings(CertificateSource certificate, Optional<Path> clientCaFile, Duration lookInterval) {
    /** Soon enough for whoever has just renewed a certificate, and a trifle to read. */
    public static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);
}
