package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.auth.CertificateFingerprint;
import io.emberwatch.protocol.auth.CollectorTrust;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whether a certificate is the collector's; that the peer holds its key is for the handshake to see. Thread-safe.
 */
public final class CollectorCheck extends X509ExtendedTrustManager {
    private final Rule rule;
    private final boolean comparesHostName;

    private CollectorCheck(Rule rule, boolean comparesHostName) {
        this.rule = rule;
        this.comparesHostName = comparesHostName;
    }

    /** What a chain must fulfil; its first certificate is the peer's own. */
    @FunctionalInterface
    interface Rule {
        void check(X509Certificate[] chain, String authType, Socket socket) throws CertificateException;
    }

    /** The certificate is not the collector's. The message says what was expected, what was seen and what to do. */
    static final class Rejected extends CertificateException {
        private static final long serialVersionUID = 1L;

        Rejected(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static CollectorCheck of(CollectorTrust trust, String host) {
        if (trust instanceof CollectorTrust.Pinned pinned) {
            return pinned(pinned.fingerprint());
        }
        if (trust instanceof CollectorTrust.SystemAuthorities) {
            return authorities(host, null);
        }
        throw new IllegalArgumentException("without TLS there is no certificate to check");
    }

    /**
     * This certificate and no other. Its names and dates do not count: the fingerprint says more than they could, and a box
     * whose clock is wrong must still report.
     */
    public static CollectorCheck pinned(CertificateFingerprint expected) {
        return new CollectorCheck(
                (chain, authType, socket) -> {
                    CertificateFingerprint seen = CertificateFingerprint.of(chain[0].getEncoded());
                    if (!seen.equals(expected)) {
                        throw new Rejected(
                                "expected the certificate " + expected + ", but saw " + seen
                                        + ": if the collector has a new one, take its fingerprint from the collector's"
                                        + " host into collector.tls; else something stands between",
                                null);
                    }
                },
                false);
    }

    /**
     * Issued by one of these authorities, for the host that is connected to.
     *
     * @param authorities those that the Java runtime trusts if null
     */
    static CollectorCheck authorities(String host, KeyStore authorities) {
        return new CollectorCheck(new AuthorityRule(host, authorities), true);
    }

    boolean comparesHostName() {
        return comparesHostName;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        rule.check(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noSocket();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noSocket();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noSocket();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noSocket();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noSocket();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static CertificateException noSocket() {
        return new CertificateException("only the collector at the other end of a socket is checked");
    }
}
