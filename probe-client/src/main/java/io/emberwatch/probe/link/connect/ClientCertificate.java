package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.auth.PemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * What this machine shows to a collector that asks for a certificate: its own, those above it, and the key. Immutable.
 */
public final class ClientCertificate {
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private final Certificate[] chain;
    private final PrivateKey key;

    private ClientCertificate(Certificate[] chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /**
     * Reads and checks both files.
     *
     * @param chain PEM: the machine's certificate, then the one that issued it, and so on
     * @param key PEM: its private key, as PKCS#8 without a password
     * @throws IllegalArgumentException that names the file, what is wrong with it and what to do
     */
    public static ClientCertificate read(Path chain, Path key) {
        Certificate[] certificates = certificatesOf(chain);
        PrivateKey privateKey = keyOf(key);
        if (!PemFile.belongTogether(certificates[0], privateKey)) {
            throw new IllegalArgumentException(key + " is not the key of the first certificate in " + chain);
        }
        return new ClientCertificate(certificates, privateKey);
    }

    KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("machine", key, new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static Certificate[] certificatesOf(Path file) {
        try {
            return read(file).certificates().toArray(Certificate[]::new);
        } catch (PemFile.UnusableException e) {
            throw new IllegalArgumentException(
                    e.problem() == PemFile.Problem.NO_CERTIFICATE
                            ? file + " holds no certificate in PEM form"
                            : file + " is not a chain of certificates in PEM form",
                    e);
        }
    }

    private static PrivateKey keyOf(Path file) {
        try {
            return read(file).privateKey(ALGORITHMS);
        } catch (PemFile.UnusableException e) {
            throw new IllegalArgumentException(
                    switch (e.problem()) {
                        case OTHER_FORM_OF_KEY ->
                            file + " must be PKCS#8 without a password: openssl pkey -in " + file + " -out NEW_FILE";
                        case UNREADABLE_KEY -> file + " must hold an EC, RSA or Ed25519 key";
                        default -> file + " holds no private key in PEM form (PKCS#8)";
                    },
                    e);
        }
    }

    private static PemFile read(Path file) {
        try {
            return PemFile.read(file);
        } catch (PemFile.UnusableException e) {
            throw new IllegalArgumentException(file + " is too long: at most " + PemFile.MAX_BYTES + " bytes", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    /** Shows nothing of the key. */
    @Override
    public String toString() {
        return "ClientCertificate[" + chain.length + " certificates]";
    }
}
