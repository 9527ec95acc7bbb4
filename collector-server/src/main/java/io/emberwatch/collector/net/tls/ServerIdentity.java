package io.emberwatch.collector.net.tls;

import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.protocol.auth.CertificateFingerprint;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * By what a probe can identify its collector; the service and the commands derive it in the same way. Immutable.
 *
 * @param certificate the collector's own; empty: connections are not encrypted
 */
public record ServerIdentity(Optional<X509Certificate> certificate) {
    /**
     * The identity that {@code serve} has, or will have when it starts: the collector's own certificate is made if it
     * is not there yet. Reads no key.
     *
     * @param settings empty: connections are not encrypted
     * @throws TlsException if there is no certificate that can be read
     */
    public static ServerIdentity load(Optional<TlsSettings> settings) throws TlsException {
        if (settings.isEmpty()) {
            return new ServerIdentity(Optional.empty());
        }
        CertificateSource source = settings.get().certificate();
        if (source instanceof CertificateSource.Own own) {
            OwnCertificate.ensure(own, Keytool.ofThisJava());
        }
        NamedPemFile file = NamedPemFile.read(source.certificateName(), source.certificateFile());
        return new ServerIdentity(Optional.of(file.certificates().get(0)));
    }

    /**
     * Checks the operator's files, makes nothing.
     *
     * @throws TlsException if {@code serve} could not start with them
     */
    public static void check(TlsSettings settings, Instant now) throws TlsException {
        if (settings.certificate() instanceof CertificateSource.Given) {
            TlsFiles files = TlsFiles.read(settings);
            files.material(now);
            files.clientCas();
        } else if (settings.clientCaFile().isPresent()) {
            NamedPemFile.read("tls.client-ca-file", settings.clientCaFile().get())
                    .certificates();
        }
    }

    /** Fingerprint of the certificate. */
    public Optional<CertificateFingerprint> fingerprint() {
        return certificate.map(ServerIdentity::fingerprintOf);
    }

    /**
     * What probes are to pin: the fingerprint, if nobody but the collector itself vouches for its certificate. Empty if
     * a CA has issued it: then probes verify it and the host name against the CAs of their system, and it may be
     * renewed.
     */
    public Optional<CertificateFingerprint> pinned() {
        return certificate.filter(ServerIdentity::isSelfSigned).map(ServerIdentity::fingerprintOf);
    }

    private static CertificateFingerprint fingerprintOf(X509Certificate certificate) {
        try {
            return CertificateFingerprint.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
