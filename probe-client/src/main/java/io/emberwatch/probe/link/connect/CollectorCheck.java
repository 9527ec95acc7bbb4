package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.auth.CertificateFingerprint;
import io.emberwatch.protocol.auth.CollectorTrust;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
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
     * This certificate and no other. Its names and dates do not count: the fingerprint says more than they could, and a
     * host whose clock is wrong must still report.
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

    /**
     * Issued by an authority, valid today, and for the host connected to. The authorities are read anew each time: a
     * probe runs for years, and they change.
     */
    private static final class AuthorityRule implements Rule {
        private static final int DNS_NAME = 2;
        private static final int IP_ADDRESS = 7;
        private static final int NAMES_SHOWN = 5;
        private static final int LONGEST_SHOWN = 200;

        private final String host;
        private final KeyStore authorities;

        /** @param authorities those that the Java runtime trusts if null */
        AuthorityRule(String host, KeyStore authorities) {
            this.host = host;
            this.authorities = authorities;
        }

        @Override
        public void check(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            X509ExtendedTrustManager manager = trustManager();
            if (manager.getAcceptedIssuers().length == 0) {
                throw new Rejected(
                        "the Java runtime of this machine trusts no authority at all: install its certificates"
                                + " (ca-certificates-java), or set collector.tls to the collector's fingerprint",
                        null);
            }
            try {
                manager.checkServerTrusted(chain, authType, socket);
            } catch (CertificateException e) {
                throw new Rejected(
                        "its certificate (" + namesOf(chain[0]) + ", "
                                + CertificateFingerprint.of(chain[0].getEncoded())
                                + ") is not one for " + host + " from an authority that this machine trusts: "
                                + shown(rootOf(e).getMessage())
                                + ": check collector.address, this machine's clock, and the certificate; if the collector"
                                + " makes its own, set collector.tls to the fingerprint that its host shows",
                        e);
            }
        }

        private X509ExtendedTrustManager trustManager() throws CertificateException {
            try {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(authorities);
                return Stream.of(factory.getTrustManagers())
                        .filter(X509ExtendedTrustManager.class::isInstance)
                        .map(X509ExtendedTrustManager.class::cast)
                        .findFirst()
                        .orElseThrow();
            } catch (GeneralSecurityException e) {
                throw new CertificateException("the authorities that this machine trusts cannot be read: " + e, e);
            }
        }

        /** What the peer's certificate claims, for people: anybody may write anything there. */
        private static String namesOf(X509Certificate certificate) throws CertificateParsingException {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            String names = all == null
                    ? ""
                    : all.stream()
                            .filter(name ->
                                    name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
                            .limit(NAMES_SHOWN)
                            .map(name -> String.valueOf(name.get(1)))
                            .collect(Collectors.joining(", "));
            return names.isEmpty() ? "without a host name" : "for " + shown(names);
        }

        private static String shown(String text) {
            String printable = Texts.printable(String.valueOf(text));
            return printable.length() > LONGEST_SHOWN ? printable.substring(0, LONGEST_SHOWN) + "…" : printable;
        }

        private static Throwable rootOf(Throwable e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return root;
        }
    }
}
