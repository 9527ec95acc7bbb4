package io.emberwatch.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrollTokenTest {
    private final EnrollToken token = new EnrollToken(
            "collector.example.org:7411",
            new CollectorTrust.Pinned(CertificateFingerprint.of(new byte[] {1, 2, 3})),
            Bytes32.random(new SecureRandom()));

    @Test
    void a_token_brings_address_trust_and_secret() {
        EnrollToken read = EnrollToken.parse(token.text());

        assertThat(read.address()).isEqualTo(token.address());
        assertThat(read.trust()).isEqualTo(token.trust());
        assertThat(read.secret()).isEqualTo(token.secret());
    }

    @Test
    void a_token_holds_nothing_that_a_shell_or_a_mail_program_could_change() {
        assertThat(token.text()).matches("ewt1_[A-Za-z0-9_-]+");
    }

    @Test
    void a_token_that_was_wrapped_on_its_way_is_read_all_the_same() {
        String text = token.text();

        assertThat(EnrollToken.parse(" " + text.substring(0, 60) + "\r\n" + text.substring(60) + "\n")
                        .secret())
                .isEqualTo(token.secret());
    }

    @Test
    void truncated_token_is_distinguished_from_a_wrong_one() {
        String text = token.text();
        for (int length = "ewt1_".length(); length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EnrollToken.parse(cut))
                    .withMessageContaining("not copied whole");
        }
    }

    @Test
    void a_token_with_one_wrong_character_is_noticed() {
        String text = token.text();
        for (int i = "ewt1_".length(); i < text.length() - 1; i++) {
            String wrong = text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EnrollToken.parse(wrong))
                    .withMessageContaining("not copied whole");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ewt2_abc", "sha256:00", "EWT1_abc"})
    void what_is_no_token_at_all_is_said_to_be_none(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnrollToken.parse(text))
                .withMessageContaining("must begin with ewt1_");
    }

    @Test
    void a_token_prints_without_its_secret() {
        assertThat(token).hasToString("EnrollToken[collector.example.org:7411, " + token.trust() + ", secret]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"system", "off", "sha256:aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899"})
    void trust_is_read_as_it_is_written(String text) {
        assertThat(CollectorTrust.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "on", "any", "insecure", "skip-verify", "sha256:aabb", "SYSTEM"})
    void there_is_no_other_trust(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CollectorTrust.parse(text));
    }
}
