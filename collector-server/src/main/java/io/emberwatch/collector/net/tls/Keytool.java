package io.emberwatch.collector.net.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's own tool for keys and certificates, as a process: the JDK has no public API that signs a certificate, and
 * hand-written ASN.1 is no place for mistakes. Immutable.
 */
final class Keytool {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String ALIAS = "collector";
    private static final String PASSWORD_VARIABLE = "EMBERWATCH_STORE_PASSWORD";
    /** A hundred years: probes know the certificate by its fingerprint, and its end would cut off a whole fleet. */
    private static final int VALID_DAYS = 36_500;

    private final Path program;

    Keytool(Path program) {
        this.program = program;
    }

    /** The one of the Java that this runs on. */
    static Keytool ofThisJava() {
        return new Keytool(Path.of(System.getProperty("java.home"), "bin", "keytool"));
    }

    /**
     * Makes an EC P-256 key and its self-signed certificate.
     *
     * @param folder private, for the tool's files, which stay there
     * @param subjectAltNames as the tool writes them: {@code dns:host}, {@code ip:address}
     * @throws TlsException if the tool is missing or fails
     */
    KeyMaterial selfSigned(Path folder, List<String> subjectAltNames) throws TlsException {
        Path store = folder.resolve("store.p12");
        Path log = folder.resolve("keytool.log");
        String password = randomPassword();
        try {
            ProcessBuilder command = new ProcessBuilder(arguments(store, subjectAltNames))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            command.environment().put(PASSWORD_VARIABLE, password);
            // Options meant for the collector's own Java, for instance a debugger's port.
            command.environment().remove("JAVA_TOOL_OPTIONS");
            run(command, log);
            return read(store, password.toCharArray());
        } catch (TlsException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw failed(e.getMessage(), e);
        }
    }

    private List<String> arguments(Path store, List<String> subjectAltNames) {
        List<String> arguments = new ArrayList<>(List.of(program.toString(), "-genkeypair", "-alias", ALIAS));
        arguments.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA"));
        arguments.addAll(List.of("-dname", "CN=Emberwatch collector"));
        // From yesterday: clocks of probes may be behind.
        arguments.addAll(List.of("-startdate", "-1d", "-validity", Integer.toString(VALID_DAYS)));
        arguments.addAll(List.of("-ext", "SubjectAlternativeName=" + String.join(",", subjectAltNames)));
        arguments.addAll(List.of("-ext", "KeyUsage:critical=digitalSignature", "-ext", "ExtendedKeyUsage=serverAuth"));
        arguments.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
        // Where no process list shows it.
        arguments.addAll(List.of("-storepass:env", PASSWORD_VARIABLE));
        return arguments;
    }

    private void run(ProcessBuilder command, Path log) throws IOException {
        Process process = command.start();
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw failed("it did not end within " + DEADLINE.toSeconds() + " s", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw failed(Files.readString(log).strip().lines().findFirst().orElse("it says nothing"), null);
        }
    }

    private static KeyMaterial read(Path store, char[] password) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password);
        }
        return new KeyMaterial(
                List.of((X509Certificate) keys.getCertificate(ALIAS)), (PrivateKey) keys.getKey(ALIAS, password));
    }

    private TlsException failed(String why, Throwable cause) {
        return new TlsException(
                "cannot make a certificate with " + program + ": " + why
                        + "; run the collector with a whole JDK or JRE, or give tls.certificate-file and tls.key-file",
                cause);
    }

    private static String randomPassword() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
