package io.emberwatch.collector.net.tls;

import io.emberwatch.protocol.auth.PemFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A PEM file of the configuration, whose errors say which one it is and what to do. Prints without the content.
 *
 * @param name what errors call it
 */
record NamedPemFile(String name, Path path, PemFile pem) {
    /** @throws TlsException if it cannot be read or has more than 1 MiB */
    static NamedPemFile read(String name, Path path) throws TlsException {
        String which = name + " " + path;
        try {
            return new NamedPemFile(name, path, PemFile.read(path));
        } catch (PemFile.UnusableException e) {
            throw new TlsException(which + " has more than 1 MiB: is it the right file?", e);
        } catch (NoSuchFileException e) {
            throw new TlsException("cannot read " + which + ": there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new TlsException(
                    "cannot read " + which + ": let the user " + System.getProperty("user.name") + " read it", e);
        } catch (IOException e) {
            throw new TlsException("cannot read " + which + ": " + e.getMessage(), e);
        }
    }

    /**
     * Every certificate in it, in its order; at least one.
     *
     * @throws TlsException if there is none, or one cannot be read
     */
    List<X509Certificate> certificates() throws TlsException {
        try {
            return pem.certificates();
        } catch (PemFile.UnusableException e) {
            throw unusable(
                    e.problem() == PemFile.Problem.NO_CERTIFICATE
                            ? "holds no certificate (no -----BEGIN CERTIFICATE-----)"
                            : "holds a certificate that cannot be read; copy it again",
                    e);
        }
    }

    /**
     * The key in it, which must be PKCS#8 without a passphrase.
     *
     * @param algorithm of the certificate's key: {@code EC} or {@code RSA}
     * @throws TlsException if there is no such key; says how to make it one where that can be done
     */
    PrivateKey privateKey(String algorithm) throws TlsException {
        try {
            return pem.privateKey(List.of(algorithm));
        } catch (PemFile.UnusableException e) {
            throw unusable(
                    switch (e.problem()) {
                        case NO_KEY -> "holds no key (no -----BEGIN PRIVATE KEY-----)";
                        case OTHER_FORM_OF_KEY ->
                            "is \"" + e.keyForm()
                                    + "\", but must be \"PRIVATE KEY\" (PKCS#8 without a passphrase); convert it:"
                                    + " openssl pkey -in " + path + " -out " + path + ".pkcs8";
                        case CUT_OFF_KEY -> "ends within the key; copy it again";
                        default -> "holds no " + algorithm + " key, but the certificate is for one";
                    },
                    e);
        }
    }

    /** The error that this file will not do. */
    TlsException unusable(String why, Throwable cause) {
        return new TlsException(name + " " + path + " " + why, cause);
    }

    @Override
    public String toString() {
        return name + " " + path;
    }
}
