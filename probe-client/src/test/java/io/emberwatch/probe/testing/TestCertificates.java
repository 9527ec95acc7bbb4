package io.emberwatch.probe.testing;

import io.emberwatch.protocol.auth.CertificateFingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates of an authority of our own, made once for all tests by the JDK's keytool: {@link #RIGHT} for localhost
 * and 127.0.0.1, {@link #ELSEWHERE} for another host, {@link #EXPIRED}, self-signed, for another host and of yesterday.
 */
public final class TestCertificates {
    public static final String RIGHT = "right";
    public static final String ELSEWHERE = "elsewhere";
    public static final String EXPIRED = "expired";

    private static final String AUTHORITY = "authority";
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final KeyStore ALL = make();

    private TestCertificates() {}

    /** Those that trust the authority trust these. */
    public static KeyStore authorities() {
        try {
            KeyStore store = empty();
            store.setCertificateEntry(AUTHORITY, ALL.getCertificate(AUTHORITY));
            return store;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static CertificateFingerprint fingerprint(String name) {
        try {
            return CertificateFingerprint.of(ALL.getCertificate(name).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Certificate[] chain(String name) throws GeneralSecurityException {
        return ALL.getCertificateChain(name);
    }

    public static Key key(String name) throws GeneralSecurityException {
        return ALL.getKey(name, PASSWORD);
    }

    /** Of a server that has this certificate, and trusts clients of the authority. */
    public static SSLContext server(String name) {
        return server(name, name);
    }

    /** Of a server that shows one certificate and has the key of another. */
    public static SSLContext server(String certificate, String key) {
        try {
            KeyStore own = empty();
            own.setKeyEntry("server", key(key), PASSWORD, chain(certificate));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore make() {
        try {
            Path folder = Files.createTempDirectory("emberwatch-certificates");
            Path file = folder.resolve("all.p12");
            try {
                keytool(file, AUTHORITY, "-ext", "bc:c");
                keytool(file, RIGHT, "-signer", AUTHORITY, "-ext", "san=dns:localhost,ip:127.0.0.1");
                keytool(file, ELSEWHERE, "-signer", AUTHORITY, "-ext", "san=dns:elsewhere.example");
                keytool(file, EXPIRED, "-ext", "san=dns:elsewhere.example", "-startdate", "-3d", "-validity", "1");
                KeyStore all = KeyStore.getInstance("PKCS12");
                try (InputStream in = Files.newInputStream(file)) {
                    all.load(in, PASSWORD);
                }
                return all;
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path file, String name, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString(),
                "-alias",
                name,
                "-dname",
                "CN=" + name));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
