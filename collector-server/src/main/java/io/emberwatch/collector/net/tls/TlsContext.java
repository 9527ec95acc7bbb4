package io.emberwatch.collector.net.tls;

import io.emberwatch.protocol.Texts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** What new connections are opened with: one state of the files. Immutable. */
final class TlsContext {
    /** The three of RFC 8446 that every implementation has; all AEAD with forward secrecy. */
    private static final List<String> CIPHER_SUITES =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    /**
     * Sessions are not resumed: each connection shows its certificate, so what a probe's proof is bound to is certain,
     * and a client's certificate is checked anew. The JDK sends no ticket for more than seven days, the most that RFC
     * 8446 allows.
     */
    private static final long NO_TICKETS_SECONDS = TimeUnit.DAYS.toSeconds(8);
    /** How long the end of what was said may take; the peer's answer is not waited for. */
    private static final Duration CLOSE_FLUSH = Duration.ofSeconds(1);

    private final SslContext context;
    private final X509Certificate certificate;
    private final String digest;
    private final boolean clientsNeedCertificate;

    private TlsContext(SslContext context, X509Certificate certificate, String digest, boolean clientsNeedCertificate) {
        this.context = context;
        this.certificate = certificate;
        this.digest = digest;
        this.clientsNeedCertificate = clientsNeedCertificate;
    }

    /** @throws TlsException if the files cannot be used */
    static TlsContext of(TlsFiles files, Instant now) throws TlsException {
        KeyMaterial material = files.material(now);
        List<X509Certificate> clientCas = files.clientCas();
        SslContextBuilder builder = SslContextBuilder.forServer(material.key(), material.chain())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3")
                .ciphers(CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE)
                .sessionTimeout(NO_TICKETS_SECONDS);
        if (!clientCas.isEmpty()) {
            builder.trustManager(clientCas).clientAuth(ClientAuth.REQUIRE);
        }
        try {
            return new TlsContext(builder.build(), material.leaf(), files.digest(), !clientCas.isEmpty());
        } catch (SSLException e) {
            throw files.certificate().unusable("cannot be used: " + e.getMessage(), e);
        }
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        // The connection's own deadline runs from its first moment; a second one would only race it.
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_FLUSH.toMillis());
        return handler;
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** Of the files that it was made from. */
    String digest() {
        return digest;
    }

    /** The certificate on one line, for the log. */
    String describe() {
        ServerIdentity identity = new ServerIdentity(Optional.of(certificate));
        String known = identity.pinned().isPresent()
                ? "probes know this collector by the fingerprint "
                        + identity.pinned().get()
                : "probes know this collector by its name and a certificate issued by "
                        + Texts.printable(certificate.getIssuerX500Principal().getName());
        return known + ", valid until " + certificate.getNotAfter().toInstant()
                + (clientsNeedCertificate ? "; they must bring a certificate of their own" : "");
    }
}
