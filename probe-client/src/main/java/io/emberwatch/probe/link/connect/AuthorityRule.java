package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.auth.CertificateFingerprint;
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
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Issued by an authority, valid today, and for the host connected to. The authorities are read anew each time: a probe runs
 * for years, and they change.
 */
final class AuthorityRule implements CollectorCheck.Rule {
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
            throw new CollectorCheck.Rejected(
                    "the Java runtime of this machine trusts no authority at all: install its certificates"
                            + " (ca-certificates-java), or set collector.tls to the collector's fingerprint",
                    null);
        }
        try {
            manager.checkServerTrusted(chain, authType, socket);
        } catch (CertificateException e) {
            throw new CollectorCheck.Rejected(
                    "its certificate (" + namesOf(chain[0]) + ", " + CertificateFingerprint.of(chain[0].getEncoded())
                            + ") is not one for " + host + " from an authority that this machine trusts: "
                            + shown(rootOf(e).getMessage())
                            + ": check collector.address, this machine's clock, and the certificate; if the collector"
                            + " makes its own, set collector.tls to the fingerprint that its host shows",
                    e);
        }
    }

    private X509ExtendedTrustManager trustManager() throws CertificateException {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
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
