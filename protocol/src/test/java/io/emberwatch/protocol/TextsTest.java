package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    private static final String CLEF = "𝄞";

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "gpu-box-07", "gpu-box-07.example.org", "A_b", "0.-_"})
    void host_names_and_their_like_are_machine_names(String name) {
        assertThat(Texts.isMachineName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "-a", "_a", "a b", "a\n", "\na", "größe", "a/b", "a'b", "a\0"})
    void anything_else_is_not(String name) {
        assertThat(Texts.isMachineName(name)).isFalse();
    }

    @Test
    void a_machine_name_has_at_most_64_characters() {
        assertThat(Texts.isMachineName("m".repeat(64))).isTrue();
        assertThat(Texts.isMachineName("m".repeat(65))).isFalse();
    }

    @Test
    void a_text_that_fits_is_left_alone() {
        String longest = "€".repeat(85);

        assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(255);
        assertThat(Texts.fit(longest)).isSameAs(longest);
        assertThat(Texts.fit("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a, 255", "ß, 127", "€, 85", CLEF + ", 63"})
    void a_text_that_does_not_fit_is_cut_between_characters(String character, int fitting) {
        assertThat(Texts.fit(character.repeat(300))).isEqualTo(character.repeat(fitting));
    }

    @ParameterizedTest
    @ValueSource(ints = {251, 252, 253, 254, 255})
    void a_pair_of_surrogates_is_kept_whole_or_left_out(int before) {
        String text = "a".repeat(before);

        assertThat(Texts.fit(text + CLEF)).isEqualTo(before == 251 ? text + CLEF : text);
    }

    @Test
    void half_a_pair_at_the_end_is_left_out() {
        assertThat(Texts.fit("a" + CLEF.charAt(0))).isEqualTo("a");
    }

    @Test
    void what_does_not_print_is_replaced_for_logs_and_mails() {
        assertThat(Texts.printable("a\r\nBcc: x\t\u001b[2J\u2028\u202e" + CLEF.charAt(0)))
                .isEqualTo("a??Bcc: x??[2J???");
        assertThat(Texts.printable("größte Kiste – 90 °C " + CLEF)).isEqualTo("größte Kiste – 90 °C " + CLEF);
    }

    @Test
    void what_scripts_and_emoji_need_prints() {
        String texts =
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u05d0\u200f! Jose\u0301 👨\u200d👩\u200d👧 🏴\udb40\udc67\udb40\udc7f";

        assertThat(Texts.printable(texts)).isEqualTo(texts);
    }

    @Test
    void what_turns_the_direction_of_its_neighbours_does_not() {
        assertThat(Texts.printable("\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u0085\u009b"))
                .isEqualTo("?".repeat(10));
        assertThat(Texts.printable("a\nb", ' ')).isEqualTo("a b");
    }

    @Test
    void a_message_does_not_take_a_text_that_does_not_fit() {
        assertThatThrownBy(() -> new Bye(Bye.Reason.STOPPED, "€".repeat(86)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text must be at most 255 bytes of UTF-8, but has 258");
    }
}
