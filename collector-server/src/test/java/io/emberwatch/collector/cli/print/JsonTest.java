package io.emberwatch.collector.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void objects_arrays_and_scalars() {
        assertThat(Json.write(Json.object(
                        "name",
                        "gpu07",
                        "id",
                        7,
                        "limit",
                        90.0,
                        "big",
                        1e12,
                        "on",
                        true,
                        "for",
                        Duration.ofMillis(1500),
                        "at",
                        Instant.EPOCH,
                        "none",
                        Optional.empty(),
                        "list",
                        List.of("a", 1L))))
                .isEqualTo("{\"name\":\"gpu07\",\"id\":7,\"limit\":90,\"big\":1000000000000,\"on\":true,\"for\":1.5,"
                        + "\"at\":\"1970-01-01T00:00:00Z\",\"none\":null,\"list\":[\"a\",1]}");
    }

    @Test
    void texts_are_escaped_where_json_asks_for_it_and_no_further() {
        assertThat(Json.write("a\"b\\c\n\t\u0001/李雷🔥")).isEqualTo("\"a\\\"b\\\\c\\n\\t\\u0001/李雷🔥\"");
    }

    @Test
    void what_does_not_print_is_escaped_and_reads_back_the_same() {
        assertThat(Json.write("\u007f\u009b2J\u2028\u202e\u2066\ud83d \udd25\ud83d 👨\u200d👩"))
                .isEqualTo("\"\\u007f\\u009b2J\\u2028\\u202e\\u2066\\ud83d \\udd25\\ud83d 👨\u200d👩\"");
    }

    @Test
    void what_json_cannot_say_is_null() {
        assertThat(Json.write(Arrays.asList(Double.NaN, null, OptionalInt.empty(), OptionalDouble.empty())))
                .isEqualTo("[null,null,null,null]");
    }
}
