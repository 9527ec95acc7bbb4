package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.auth.CollectorTrust;
import java.time.Duration;
import java.util.Optional;

/** Which connector suits which configuration. */
public final class Connectors {
    private Connectors() {}

    /**
     * One that knows the collector in this way.
     *
     * @param host a name or an address, without the brackets of IPv6
     * @param ours what this machine shows to a collector that asks for it; not without TLS
     * @param timeout longest wait for TCP, and again for TLS, over all addresses of the host
     */
    public static Connector to(
            String host, int port, CollectorTrust trust, Optional<ClientCertificate> ours, Duration timeout) {
        PlainConnector tcp = new PlainConnector(host, port, timeout);
        return trust instanceof CollectorTrust.PlainText
                ? tcp
                : new TlsConnector(tcp, CollectorCheck.of(trust, host), ours);
    }
}
