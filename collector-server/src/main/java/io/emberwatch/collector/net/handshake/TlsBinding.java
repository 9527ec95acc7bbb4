package io.emberwatch.collector.net.handshake;

import io.emberwatch.protocol.auth.Bytes32;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;

/** What binds a proof to the connection that it travels on, so that nobody in between can hand it on. Stateless. */
final class TlsBinding {
    private TlsBinding() {}

    /**
     * SHA-256 of the DER form of the certificate that the collector has shown on this very connection, which need not be the
     * one that it shows now; zero if the connection is not encrypted.
     *
     * @throws IllegalStateException while TLS is not established
     */
    static Bytes32 of(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return Bytes32.ZERO;
        }
        Certificate[] shown = tls.engine().getSession().getLocalCertificates();
        if (!tls.handshakeFuture().isSuccess() || shown == null) {
            throw new IllegalStateException("TLS is not established");
        }
        try {
            return Bytes32.sha256(shown[0].getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was shown can be written", e);
        }
    }
}
