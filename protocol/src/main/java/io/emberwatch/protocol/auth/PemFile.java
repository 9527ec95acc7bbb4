package io.emberwatch.protocol.auth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of a file of certificates or a key in PEM form (RFC 7468) at one moment. Text around and between the
 * blocks is allowed, as tools write it. Prints nothing of the content, which may be a key. Immutable.
 */
public final class PemFile {
    /** 1 MiB; no honest file comes near. */
    public static final int MAX_BYTES = 1 << 20;

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN (X509 )?CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END \\1?CERTIFICATE-----");
    private static final Pattern KEY_HEAD = Pattern.compile("-----BEGIN ((?:[A-Z0-9]+ ){0,2}PRIVATE KEY)-----");
    private static final Pattern PKCS8_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final String PKCS8_TYPE = "PRIVATE KEY";

    /** What is wrong with a file; what a person is to do about it says whoever knows what the file is for. */
    public enum Problem {
        /** It has more than {@link #MAX_BYTES}. */
        TOO_LONG,
        NO_CERTIFICATE,
        UNREADABLE_CERTIFICATE,
        NO_KEY,
        /** Its key is not PKCS#8, or has a passphrase. */
        OTHER_FORM_OF_KEY,
        /** It ends within the key. */
        CUT_OFF_KEY,
        /** Its key is of no algorithm that was asked for, or spoilt. */
        UNREADABLE_KEY
    }

    /** The file will not do. */
    public static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Problem problem;
        private final String keyForm;

        private UnusableException(Problem problem, String keyForm, Throwable cause) {
            super(problem.name(), cause);
            this.problem = problem;
            this.keyForm = keyForm;
        }

        private UnusableException(Problem problem) {
            this(problem, "", null);
        }

        public Problem problem() {
            return problem;
        }

        /** As which its key is labelled, for {@link Problem#OTHER_FORM_OF_KEY}; for example {@code EC PRIVATE KEY}. */
        public String keyForm() {
            return keyForm;
        }
    }

    private final String text;

    private PemFile(String text) {
        this.text = text;
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read
     * @throws UnusableException if it is too long
     */
    public static PemFile read(Path path) throws IOException, UnusableException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UnusableException(Problem.TOO_LONG);
            }
            return new PemFile(new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    /** A certificate as a block of PEM. */
    public static String encode(Certificate certificate) throws CertificateException {
        return encode("CERTIFICATE", certificate.getEncoded());
    }

    /** A key as a block of PEM, PKCS#8. */
    public static String encode(PrivateKey key) {
        return encode(PKCS8_TYPE, key.getEncoded());
    }

    private static String encode(String type, byte[] der) {
        byte[] lineEnd = {'\n'};
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, lineEnd).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    /** Whether the certificate is for this key. */
    public static boolean belongTogether(Certificate certificate, PrivateKey key) {
        byte[] anything = {1, 2, 3};
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(anything);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(anything);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** All of it, secrets too: one byte a character. */
    public String text() {
        return text;
    }

    /**
     * Every certificate in it, in its order; at least one.
     *
     * @throws UnusableException if there is none, or one cannot be read
     */
    public List<X509Certificate> certificates() throws UnusableException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Matcher block = CERTIFICATE.matcher(text);
            while (block.find()) {
                byte[] der = Base64.getMimeDecoder().decode(block.group(2));
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new UnusableException(Problem.UNREADABLE_CERTIFICATE, "", e);
        }
        if (certificates.isEmpty()) {
            throw new UnusableException(Problem.NO_CERTIFICATE);
        }
        return certificates;
    }

    /**
     * The key in it, which must be PKCS#8 without a passphrase.
     *
     * @param algorithms that will do, as {@link KeyFactory} knows them
     * @throws UnusableException if there is no such key; without a cause, which might quote the key
     */
    public PrivateKey privateKey(List<String> algorithms) throws UnusableException {
        Matcher head = KEY_HEAD.matcher(text);
        if (!head.find()) {
            throw new UnusableException(Problem.NO_KEY);
        }
        if (!head.group(1).equals(PKCS8_TYPE)) {
            throw new UnusableException(Problem.OTHER_FORM_OF_KEY, head.group(1), null);
        }
        Matcher block = PKCS8_KEY.matcher(text);
        if (!block.find()) {
            throw new UnusableException(Problem.CUT_OFF_KEY);
        }
        return algorithms.stream()
                .flatMap(algorithm -> privateKey(algorithm, block.group(1)).stream())
                .findFirst()
                .orElseThrow(() -> new UnusableException(Problem.UNREADABLE_KEY));
    }

    /** Empty if it is a key for another algorithm, or none at all. */
    private static Optional<PrivateKey> privateKey(String algorithm, String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Shows nothing of the content. */
    @Override
    public String toString() {
        return "PemFile[" + text.length() + " bytes]";
    }
}
