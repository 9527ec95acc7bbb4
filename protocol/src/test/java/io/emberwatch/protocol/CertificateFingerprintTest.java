package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateFingerprintTest {
    /** SHA-256 of "abc", from FIPS 180-2. */
    private static final String DIGITS = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String PAIRS =
            "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:" + "B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

    private final CertificateFingerprint ofAbc = CertificateFingerprint.of("abc".getBytes(StandardCharsets.US_ASCII));

    @Test
    void is_the_sha256_of_the_certificate() {
        assertThat(ofAbc).hasToString("sha256:" + DIGITS);
        assertThat(ofAbc.bytes()).hasSize(32).startsWith(0xba, 0x78).endsWith(0x15, 0xad);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:" + DIGITS,
                DIGITS,
                "  sha256:" + DIGITS + "\n",
                PAIRS,
                "sha256:" + PAIRS,
                "SHA256 Fingerprint=" + PAIRS,
                "sha256 Fingerprint=" + PAIRS
            })
    void is_read_in_our_form_and_in_openssls(String text) {
        assertThat(CertificateFingerprint.parse(text)).isEqualTo(ofAbc);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256:",
                "sha1:" + DIGITS,
                DIGITS + "0",
                "0" + DIGITS,
                "sha256:" + DIGITS + " " + DIGITS,
                "SHA1 Fingerprint=" + PAIRS,
                PAIRS + ":",
                "B:A7" + PAIRS
            })
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> CertificateFingerprint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be sha256: and 64 hexadecimal digits");
    }

    @Test
    void one_bit_makes_another_fingerprint() {
        CertificateFingerprint other = CertificateFingerprint.parse(DIGITS.substring(0, 63) + "c");

        assertThat(other).isNotEqualTo(ofAbc);
        assertThat(CertificateFingerprint.parse(DIGITS)).isEqualTo(ofAbc).hasSameHashCodeAs(ofAbc);
    }

    @Test
    void its_bytes_cannot_be_changed_from_outside() {
        ofAbc.bytes()[0] = 0;

        assertThat(ofAbc).hasToString("sha256:" + DIGITS);
    }
}
