package io.emberwatch.probe.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlatJsonTest {
    @Test
    void what_does_not_print_is_escaped() {
        FlatJson json = new FlatJson().put("text", "a\"b\\c\nd\u0001 ° \u009b\u2028\u202e\ud800 王🔥");

        assertThat(json.toString())
                .isEqualTo("{\"text\":\"a\\\"b\\\\c\\nd\\u0001 ° \\u009b\\u2028\\u202e\\ud800 王🔥\"}");
    }

    @Test
    void what_is_written_reads_back_the_same() {
        FlatJson json = new FlatJson()
                .put("text", "a\"b\\c\nd\u202e 王🔥")
                .put("number", 1.5)
                .put("absent", Optional.empty())
                .put("truth", true);

        FlatJson read = FlatJson.parse(json.toString());

        assertThat(read.toString()).isEqualTo(json.toString());
        assertThat(read.text("text")).contains("a\"b\\c\nd\u202e 王🔥");
        assertThat(read.text("number")).contains("1.5");
        assertThat(read.text("absent")).isEmpty();
    }

    @Test
    void another_writer_may_use_space_and_short_escapes_and_null() {
        FlatJson read = FlatJson.parse(" { \"a\" : \"\\t\\/\\u00e9\" ,\r\n \"b\":null, \"c\":-1e3 } ");

        assertThat(read.text("a")).contains("\t/é");
        assertThat(read.text("b")).isEmpty();
        assertThat(read.text("c")).contains("-1E+3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1}x",
                "{\"a\":\"",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12",
                "{\"a\":[1]}",
                "{\"a\":{}}",
                "{a:1}",
                "{\"a\":1 2}",
                "{\"a\":tru}",
                "{\"a\":1e9999999999}"
            })
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> FlatJson.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
