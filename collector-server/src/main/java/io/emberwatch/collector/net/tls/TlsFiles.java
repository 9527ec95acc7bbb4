package io.emberwatch.collector.net.tls;

import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is configured for TLS, as the files were at one moment. Immutable.
 *
 * @param clientCa empty: probes need no certificate
 */
record TlsFiles(NamedPemFile certificate, NamedPemFile key, Optional<NamedPemFile> clientCa) {
    /** @throws TlsException if a file cannot be read */
    static TlsFiles read(TlsSettings settings) throws TlsException {
        CertificateSource source = settings.certificate();
        Optional<Path> ca = settings.clientCaFile();
        return new TlsFiles(
                NamedPemFile.read(source.certificateName(), source.certificateFile()),
                NamedPemFile.read(source.keyName(), source.keyFile()),
                ca.isEmpty() ? Optional.empty() : Optional.of(NamedPemFile.read("tls.client-ca-file", ca.get())));
    }

    /** Another one if any of the files has other content. */
    String digest() {
        String all = certificate.pem().text()
                + '\0'
                + key.pem().text()
                + '\0'
                + clientCa.map(file -> file.pem().text()).orElse("");
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Certificate and key, checked.
     *
     * @throws TlsException if they cannot be used, or not any more
     */
    KeyMaterial material(Instant now) throws TlsException {
        KeyMaterial material = KeyMaterial.of(certificate, key);
        Instant end = material.leaf().getNotAfter().toInstant();
        if (end.isBefore(now)) {
            throw certificate.unusable("was valid until " + end + " only: renew it", null);
        }
        return material;
    }

    /** @throws TlsException if the file holds no certificate */
    List<X509Certificate> clientCas() throws TlsException {
        return clientCa.isEmpty() ? List.of() : clientCa.get().certificates();
    }

    /** Whether others than its owner and its group may read this file; false where that is not known. */
    static boolean isOpenToOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
