package io.emberwatch.collector.testing;

import io.emberwatch.collector.store.embedded.PrivateFiles;
import io.emberwatch.protocol.auth.CertificateFingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates for tests, made by the JDK's keytool when first asked for, once in a JVM (about a second each).
 * Thread-safe.
 */
public final class TestCertificates {
    private static final char[] PASSWORD = "only-for-tests".toCharArray();
    private static final Path FOLDER = newFolder();
    private static final Map<String, Issued> ISSUED = new HashMap<>();

    /**
     * A certificate and its key, in memory and as PEM files.
     *
     * @param certificateFile the whole chain
     * @param keyFile PKCS#8
     */
    public record Issued(List<X509Certificate> chain, Key key, Path certificateFile, Path keyFile) {
        public CertificateFingerprint fingerprint() {
            try {
                return CertificateFingerprint.of(chain.get(0).getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private TestCertificates() {}

    /** Self-signed, EC, for localhost and 127.0.0.1. */
    public static Issued selfSigned() {
        return issue("self-signed", "EC", "-ext", "san=dns:localhost,ip:127.0.0.1");
    }

    /** Another one of the same kind. */
    public static Issued anotherSelfSigned() {
        return issue("another-self-signed", "EC", "-ext", "san=dns:localhost,ip:127.0.0.1");
    }

    /** Self-signed, RSA, valid from noon of the year 2020's first day to noon of 2021's, in the machine's time zone. */
    public static Issued expiredRsa() {
        return issue("expired-rsa", "RSA", "-startdate", "2020/01/01 12:00:00", "-validity", "366");
    }

    /** A CA that no system knows. */
    public static Issued ca() {
        return issue("ca", "EC", "-ext", "bc:c");
    }

    /** Issued by {@link #ca()} for localhost and 127.0.0.1. */
    public static Issued serverOfCa() {
        ca();
        return issue("server", "EC", "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1");
    }

    /** The same, which ended in the year 2021. */
    public static Issued expiredServerOfCa() {
        ca();
        return issue(
                "expired-server",
                "EC",
                "-signer",
                "ca",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-startdate",
                "2020/01/01 12:00:00",
                "-validity",
                "366");
    }

    /** Issued by {@link #ca()} for a probe. */
    public static Issued clientOfCa() {
        ca();
        return issue("client", "EC", "-signer", "ca", "-ext", "eku=clientAuth");
    }

    /** A client that trusts this certificate alone, or what it has issued, and brings no certificate of its own. */
    public static SSLContext clientTrusting(Issued trusted) {
        return client(trusted, null);
    }

    /** The same with a certificate of its own. */
    public static SSLContext clientTrusting(Issued trusted, Issued own) {
        return client(trusted, own);
    }

    /** A server that shows this certificate. */
    public static SSLContext server(Issued own) {
        return client(own, own);
    }

    private static SSLContext client(Issued trusted, Issued own) {
        try {
            KeyStore trust = emptyStore();
            trust.setCertificateEntry("trusted", trusted.chain().get(0));
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trust);
            KeyStore keys = emptyStore();
            if (own != null) {
                keys.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(new Certificate[0]));
            }
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static synchronized Issued issue(String name, String algorithm, String... more) {
        return ISSUED.computeIfAbsent(name, unused -> {
            try {
                return keytool(name, algorithm, more);
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException("cannot make the certificate " + name, e);
            }
        });
    }

    private static Issued keytool(String name, String algorithm, String... more)
            throws IOException, GeneralSecurityException {
        Path store = FOLDER.resolve("store.p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", name, "-dname", "CN=" + name, "-keyalg", algorithm));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
        command.addAll(List.of("-storepass", String.valueOf(PASSWORD)));
        command.addAll(Arrays.asList(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(output);
        }
        KeyStore keys = emptyStore();
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return write(name, keys.getCertificateChain(name), keys.getKey(name, PASSWORD));
    }

    private static Issued write(String name, Certificate[] chain, Key key)
            throws IOException, CertificateEncodingException {
        StringBuilder pem = new StringBuilder();
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate certificate : chain) {
            certificates.add((X509Certificate) certificate);
            pem.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Path keyFile = FOLDER.resolve(name + ".key");
        PrivateFiles.write(keyFile, pem("PRIVATE KEY", key.getEncoded()));
        return new Issued(
                List.copyOf(certificates), key, Files.writeString(FOLDER.resolve(name + ".pem"), pem), keyFile);
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Path newFolder() {
        try {
            Path target = Files.createDirectories(Path.of("target", "test-certificates"));
            return Files.createTempDirectory(target, "jvm").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
