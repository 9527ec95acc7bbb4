package io.emberwatch.collector.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of operators: what is accepted, and how each mistake is reported. */
class TlsFilesTest {
    private static final TestCertificates.Issued GOOD = TestCertificates.selfSigned();

    @TempDir
    private Path folder;

    @Test
    void text_around_the_blocks_is_allowed_as_tools_write_it() throws IOException {
        Path certificate =
                write("c.pem", "Bag Attributes\n    friendlyName: x\n" + Files.readString(GOOD.certificateFile()));
        Path key = write(
                "k.pem",
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\r\n"
                        + Files.readString(GOOD.keyFile()).replace("\n", "\r\n"));

        assertThat(read(certificate, key).material(Instant.now()).leaf())
                .isEqualTo(GOOD.chain().get(0));
    }

    @Test
    void a_chain_keeps_its_order() throws IOException {
        TestCertificates.Issued server = TestCertificates.serverOfCa();

        assertThat(read(server.certificateFile(), server.keyFile())
                        .material(Instant.now())
                        .chain())
                .isEqualTo(server.chain());
    }

    @Test
    void an_rsa_key_will_do_but_not_beyond_its_time() throws IOException {
        TestCertificates.Issued rsa = TestCertificates.expiredRsa();
        TlsFiles files = read(rsa.certificateFile(), rsa.keyFile());

        assertThat(files.material(Instant.parse("2020-06-01T00:00:00Z")).leaf())
                .isEqualTo(rsa.chain().get(0));
        assertThatThrownBy(() -> files.material(Instant.parse("2021-06-01T00:00:00Z")))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("tls.certificate-file " + rsa.certificateFile() + " was valid until 2021-01-01T")
                .hasMessageEndingWith(" only: renew it");
    }

    @Test
    void a_key_of_another_certificate_is_refused() {
        assertRefused(
                GOOD.certificateFile(),
                TestCertificates.anotherSelfSigned().keyFile(),
                "is not the key of the first certificate in tls.certificate-file " + GOOD.certificateFile());
        assertRefused(
                GOOD.certificateFile(),
                TestCertificates.expiredRsa().keyFile(),
                "holds no EC key, but the certificate is for one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void a_key_in_another_form_is_refused_with_the_command_that_converts_it(String form) throws IOException {
        Path key = write("k.pem", "-----BEGIN " + form + "-----\nAAAA\n-----END " + form + "-----\n");

        assertRefused(
                GOOD.certificateFile(),
                key,
                "tls.key-file " + key + " is \"" + form
                        + "\", but must be \"PRIVATE KEY\" (PKCS#8 without a passphrase);"
                        + " convert it: openssl pkey -in " + key + " -out " + key + ".pkcs8");
    }

    @Test
    void a_file_that_is_not_there_or_holds_something_else_is_named() throws IOException {
        Path nowhere = folder.resolve("nowhere.pem");
        assertThatThrownBy(() -> read(nowhere, GOOD.keyFile()))
                .isInstanceOf(TlsException.class)
                .hasMessage("cannot read tls.certificate-file " + nowhere + ": there is no such file");
        assertRefused(GOOD.keyFile(), GOOD.keyFile(), "holds no certificate");
        assertRefused(GOOD.certificateFile(), GOOD.certificateFile(), "holds no key");
        String key = Files.readString(GOOD.keyFile());
        assertRefused(GOOD.certificateFile(), write("half", key.substring(0, 60)), "ends within the key");
        String certificate = Files.readString(GOOD.certificateFile());
        assertRefused(
                write("spoilt", certificate.replaceFirst("MII", "AII")),
                GOOD.keyFile(),
                "holds a certificate that cannot");
        assertThatThrownBy(() -> read(write("big", "x".repeat((1 << 20) + 1)), GOOD.keyFile()))
                .hasMessageContaining("has more than 1 MiB");
    }

    @Test
    void no_key_is_ever_printed() throws IOException {
        TlsFiles files = read(GOOD.certificateFile(), GOOD.keyFile());
        String secret = Files.readString(GOOD.keyFile()).lines().toList().get(1);

        assertThat(files.toString() + files.material(Instant.now())).doesNotContain(secret);
    }

    @Test
    void another_content_of_any_file_is_another_digest() throws IOException {
        TestCertificates.Issued other = TestCertificates.anotherSelfSigned();
        String digest = read(GOOD.certificateFile(), GOOD.keyFile()).digest();

        assertThat(read(GOOD.certificateFile(), GOOD.keyFile()).digest()).isEqualTo(digest);
        assertThat(read(other.certificateFile(), GOOD.keyFile()).digest()).isNotEqualTo(digest);
        assertThat(read(GOOD.certificateFile(), other.keyFile()).digest()).isNotEqualTo(digest);
        assertThat(read(GOOD.certificateFile(), GOOD.keyFile(), Optional.of(other.certificateFile()))
                        .digest())
                .isNotEqualTo(digest);
    }

    private void assertRefused(Path certificate, Path key, String why) {
        assertThatThrownBy(() -> read(certificate, key).material(Instant.now()))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(why);
    }

    private static TlsFiles read(Path certificate, Path key) throws TlsException {
        return read(certificate, key, Optional.empty());
    }

    private static TlsFiles read(Path certificate, Path key, Optional<Path> clientCa) throws TlsException {
        return TlsFiles.read(
                new TlsSettings(new CertificateSource.Given(certificate, key), clientCa, TlsSettings.LOOK_INTERVAL));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
