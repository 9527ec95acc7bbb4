package io.emberwatch.protocol.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S, 500ms",
        "5s, PT5S, 5s",
        "5 s, PT5S, 5s",
        "90s, PT1M30S, 90s",
        "60s, PT1M, 1m",
        "24h, PT24H, 1d",
        "400d, PT9600H, 400d",
        "0ms, PT0S, 0s"
    })
    void a_duration_is_read_and_printed(String text, Duration duration, String printed) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
        assertThat(Durations.print(duration)).isEqualTo(printed);
        assertThat(Durations.parse(printed)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5.5s", "5 sec", "PT5S", "5S", "9999999999999s"})
    void anything_else_is_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("for example 5s");
    }

    @Test
    void what_is_shorter_than_a_millisecond_is_cut() {
        assertThat(Durations.print(Duration.ofNanos(1_500_000))).isEqualTo("1ms");
    }
}
