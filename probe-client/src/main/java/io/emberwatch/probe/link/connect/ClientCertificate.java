package io.emberwatch.probe.link.connect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** What this machine shows to a collector that asks for a certificate: its own, those above it, and the key. Immutable. */
public final class ClientCertificate {
    /** Far more than a chain of large certificates has. */
    private static final int MAX_FILE_BYTES = 1 << 20;

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(?<base64>[^-]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN (ENCRYPTED|RSA|EC|DSA) PRIVATE KEY-----");
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
        if (!belongTogether(certificates[0], privateKey)) {
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
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(textOf(file).getBytes(StandardCharsets.ISO_8859_1)))
                    .toArray(Certificate[]::new);
            if (chain.length > 0) {
                return chain;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " is not a chain of certificates in PEM form", e);
        }
        throw new IllegalArgumentException(file + " holds no certificate in PEM form");
    }

    private static PrivateKey keyOf(Path file) {
        String text = textOf(file);
        if (OTHER_KEY.matcher(text).find()) {
            throw new IllegalArgumentException(
                    file + " must be PKCS#8 without a password: openssl pkey -in " + file + " -out NEW_FILE");
        }
        Matcher pem = PKCS8.matcher(text);
        if (!pem.find()) {
            throw new IllegalArgumentException(file + " holds no private key in PEM form (PKCS#8)");
        }
        byte[] der = Base64.getMimeDecoder().decode(pem.group("base64"));
        return ALGORITHMS.stream()
                .flatMap(algorithm -> keyOf(algorithm, der).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file + " must hold an EC, RSA or Ed25519 key"));
    }

    /** Empty if it is a key for another algorithm, or none at all. */
    private static Optional<PrivateKey> keyOf(String algorithm, byte[] der) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    private static boolean belongTogether(Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            byte[] signature = signing.sign();
            signing.initVerify(certificate.getPublicKey());
            return signing.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String textOf(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(file + " is too long: at most " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
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
