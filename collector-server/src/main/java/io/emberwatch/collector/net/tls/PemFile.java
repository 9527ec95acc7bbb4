package io.emberwatch.collector.net.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of a PEM file (RFC 7468) at one moment. Text around and between the blocks is allowed, as tools write it.
 * Prints without the content, which may be a key.
 */
final class PemFile {
    /** No honest file comes near. */
    private static final int MAX_BYTES = 1 << 20;

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----");
    private static final Pattern KEY_HEAD = Pattern.compile("-----BEGIN ((?:[A-Z0-9]+ ){0,2}PRIVATE KEY)-----");
    private static final Pattern PKCS8_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private final String name;
    private final Path path;
    private final String text;

    private PemFile(String name, Path path, String text) {
        this.name = name;
        this.path = path;
        this.text = text;
    }

    /**
     * Reads the file.
     *
     * @param name what errors call it
     * @throws TlsException if it cannot be read or has more than 1 MiB
     */
    static PemFile read(String name, Path path) throws TlsException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            PemFile file = new PemFile(name, path, new String(bytes, StandardCharsets.US_ASCII));
            if (bytes.length > MAX_BYTES) {
                throw file.unusable("has more than 1 MiB: is it the right file?", null);
            }
            return file;
        } catch (NoSuchFileException e) {
            throw new TlsException("cannot read " + name + " " + path + ": there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new TlsException(
                    "cannot read " + name + " " + path + ": let the user " + System.getProperty("user.name")
                            + " read it",
                    e);
        } catch (TlsException e) {
            throw e;
        } catch (IOException e) {
            throw new TlsException("cannot read " + name + " " + path + ": " + e.getMessage(), e);
        }
    }

    /** A block of PEM. */
    static String encode(String type, byte[] der) {
        byte[] lineEnd = {'\n'};
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, lineEnd).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    String text() {
        return text;
    }

    /**
     * Every certificate in it, in its order; at least one.
     *
     * @throws TlsException if there is none, or one cannot be read
     */
    List<X509Certificate> certificates() throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Matcher block = CERTIFICATE.matcher(text);
            while (block.find()) {
                byte[] der = Base64.getMimeDecoder().decode(block.group(1));
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw unusable("holds a certificate that cannot be read; copy it again", e);
        }
        if (certificates.isEmpty()) {
            throw unusable("holds no certificate (no -----BEGIN CERTIFICATE-----)", null);
        }
        return certificates;
    }

    /**
     * The key in it, which must be PKCS#8 without a passphrase.
     *
     * @param algorithm of the certificate's key: {@code EC} or {@code RSA}
     * @throws TlsException if there is no such key; says how to make it one where that can be done
     */
    PrivateKey privateKey(String algorithm) throws TlsException {
        Matcher head = KEY_HEAD.matcher(text);
        if (!head.find()) {
            throw unusable("holds no key (no -----BEGIN PRIVATE KEY-----)", null);
        }
        if (!head.group(1).equals("PRIVATE KEY")) {
            throw unusable(
                    "is \"" + head.group(1)
                            + "\", but must be \"PRIVATE KEY\" (PKCS#8 without a passphrase); convert it:"
                            + " openssl pkey -in " + path + " -out " + path + ".pkcs8",
                    null);
        }
        Matcher block = PKCS8_KEY.matcher(text);
        if (!block.find()) {
            throw unusable("ends within the key; copy it again", null);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Their messages may quote the key.
            throw unusable("holds no " + algorithm + " key, but the certificate is for one", null);
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
