package io.emberwatch.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.protocol.auth.PemFile.Problem;
import io.emberwatch.protocol.auth.PemFile.UnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, and what is no PEM; how certificates are read is shown by the daemons' tests, which can make some. */
class PemFileTest {
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void a_key_is_read_as_it_was_written_with_text_around_it(String algorithm) throws Exception {
        PrivateKey key = newKey(algorithm);
        String pem = PemFile.encode(key);

        assertThat(read("# made by hand\r\n" + pem.replace("\n", "\r\n") + "the end")
                        .privateKey(ALGORITHMS))
                .isEqualTo(key);
    }

    @Test
    void a_key_of_another_algorithm_than_asked_for_is_refused() throws Exception {
        PemFile file = read(PemFile.encode(newKey("EC")));

        assertThatThrownBy(() -> file.privateKey(List.of("RSA"))).satisfies(is(Problem.UNREADABLE_KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void a_key_in_another_form_is_refused_with_its_form(String form) throws Exception {
        PemFile file = read("-----BEGIN " + form + "-----\nAAAA\n-----END " + form + "-----\n");

        assertThatThrownBy(() -> file.privateKey(ALGORITHMS))
                .satisfies(
                        is(Problem.OTHER_FORM_OF_KEY),
                        e -> assertThat(((UnusableException) e).keyForm()).isEqualTo(form));
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, NO_KEY",
        "-----BEGIN PRIVATE KEY-----AAAA, CUT_OFF_KEY",
        "-----BEGIN PRIVATE KEY-----A-----END PRIVATE KEY-----, UNREADABLE_KEY",
    })
    void file_without_a_key_is_reported_with_its_problem(String text, Problem problem) throws Exception {
        PemFile file = read(text);

        assertThatThrownBy(() -> file.privateKey(ALGORITHMS)).satisfies(is(problem));
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, NO_CERTIFICATE",
        "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----, UNREADABLE_CERTIFICATE",
        "-----BEGIN X509 CERTIFICATE-----A-----END X509 CERTIFICATE-----, UNREADABLE_CERTIFICATE",
    })
    void file_without_a_certificate_is_reported_with_its_problem(String text, Problem problem) throws Exception {
        PemFile file = read(text);

        assertThatThrownBy(file::certificates).satisfies(is(problem));
    }

    @Test
    void a_file_that_cannot_be_a_certificate_by_its_size_is_not_read_to_its_end() {
        assertThatThrownBy(() -> read("x".repeat(PemFile.MAX_BYTES + 1))).satisfies(is(Problem.TOO_LONG));
    }

    @Test
    void neither_the_file_nor_an_error_prints_a_key() throws Exception {
        String pem = PemFile.encode(newKey("EC"));
        String secret = pem.lines().toList().get(1);
        PemFile file = read(pem);

        assertThat(file.toString()).doesNotContain(secret);
        assertThatThrownBy(() -> file.privateKey(List.of("RSA"))).hasNoCause().hasMessageNotContaining(secret);
    }

    private PemFile read(String text) throws IOException, UnusableException {
        return PemFile.read(Files.writeString(folder.resolve("file.pem"), text));
    }

    private static Consumer<Throwable> is(Problem problem) {
        return e -> assertThat(((UnusableException) e).problem()).isEqualTo(problem);
    }

    private static PrivateKey newKey(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
    }
}
