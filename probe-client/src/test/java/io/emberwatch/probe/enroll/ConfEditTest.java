package io.emberwatch.probe.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfEditTest {
    @Test
    void a_setting_is_replaced_where_it_stands_and_keeps_its_remark() {
        assertThat(edit(
                        List.of("# rack 3", " machine.name=old  # was gpu-9", "log.level = info"),
                        "machine.name",
                        "new"))
                .containsExactly("# rack 3", "machine.name = new  # was gpu-9", "log.level = info");
    }

    @Test
    void what_stands_behind_a_sign_in_quotes_is_no_remark() {
        assertThat(edit(List.of("machine.name = \"a # b\""), "machine.name", "new"))
                .containsExactly("machine.name = new");
    }

    @Test
    void a_new_setting_comes_behind_the_comment_that_shows_it() {
        assertThat(edit(List.of("# The name.", "#machine.name = gpu-01", "", "# More."), "machine.name", "new"))
                .containsExactly("# The name.", "#machine.name = gpu-01", "machine.name = new", "", "# More.");
    }

    @Test
    void without_such_a_comment_it_comes_last() {
        assertThat(edit(List.of("log.level = info"), "machine.name", "new"))
                .containsExactly("log.level = info", "machine.name = new");
    }

    @Test
    void a_key_that_begins_like_another_is_another() {
        assertThat(edit(List.of("machine.key-file = /k"), "machine.key", "new"))
                .containsExactly("machine.key-file = /k", "machine.key = new");
    }

    @Test
    void what_is_to_be_unset_becomes_a_comment() {
        assertThat(ConfEdit.apply(
                        List.of("machine.key-file = /k", "log.level = info"), Map.of(), List.of("machine.key-file")))
                .containsExactly("#machine.key-file = /k", "log.level = info");
    }

    private static List<String> edit(List<String> lines, String key, String value) {
        return ConfEdit.apply(lines, Map.of(key, value), List.of());
    }
}
