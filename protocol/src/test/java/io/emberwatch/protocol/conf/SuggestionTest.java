package io.emberwatch.protocol.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionTest {
    private static final List<String> KNOWN = List.of("machine.key", "machine.key-file", "machine.name", "log.level");

    @ParameterizedTest
    @CsvSource({
        "machine.nmae, machine.name",
        "machine-name, machine.name",
        "machine.keyfile, machine.key-file",
        "log.levels, log.level",
        "log.levle, log.level"
    })
    void a_typing_mistake_leads_to_the_nearest_word(String typed, String meant) {
        assertThat(Suggestion.nearest(typed, KNOWN)).contains(meant);
    }

    @Test
    void nothing_is_suggested_for_a_word_that_resembles_none() {
        assertThat(Suggestion.nearest("colour", KNOWN)).isEmpty();
        assertThat(Suggestion.hint("colour", KNOWN)).isEmpty();
    }

    @Test
    void a_word_that_would_have_to_be_replaced_as_a_whole_resembles_none() {
        assertThat(Suggestion.nearest("卡", List.of("-V"))).isEmpty();
        assertThat(Suggestion.nearest("ab", List.of("-V"))).isEmpty();
    }
}
