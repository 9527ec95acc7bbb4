package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.auth.CollectorTrust;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Opens connections to the collector. */
@FunctionalInterface
public interface Connector {
    /**
     * A new connection, ready for HELLO.
     *
     * @throws UntrustedException if the peer is not the collector
     * @throws IOException if there is no connection for any other reason, in one line
     */
    Connection connect() throws IOException;

    /**
     * One that knows the collector in this way.
     *
     * @param host a name or an address, without the brackets of IPv6
     * @param ours what this machine shows to a collector that asks for it; not without TLS
     * @param timeout longest wait for TCP, and again for TLS
     */
    static Connector to(
            String host, int port, CollectorTrust trust, Optional<ClientCertificate> ours, Duration timeout) {
        PlainConnector tcp = new PlainConnector(host, port, timeout);
        return trust instanceof CollectorTrust.PlainText
                ? tcp
                : new TlsConnector(tcp, CollectorCheck.of(trust, host), ours, timeout);
    }
}
