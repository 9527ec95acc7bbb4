package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {
    private final long seed = new Random().nextLong();
    private final RetrySchedule schedule = new RetrySchedule(new Random(seed));

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "2, 2",
        "3, 3",
        "4, 5",
        "9, 5",
        "10, 10",
        "11, 20",
        "15, 320",
        "16, 600",
        "17, 600",
        "2147483647, 600"
    })
    void waits_grow_and_are_spread_by_a_fifth(int attempt, long seconds) {
        for (int i = 0; i < 100; i++) {
            assertThat(schedule.afterFailure(attempt))
                    .as("seed %d", seed)
                    .isBetween(Duration.ofMillis(seconds * 800), Duration.ofMillis(seconds * 1200));
        }
    }

    @Test
    void after_twenty_seconds_the_next_attempt_is_never_more_than_six_seconds_away() {
        Duration elapsed = Duration.ZERO;
        for (int attempt = 1; elapsed.toSeconds() < 20; attempt++) {
            Duration wait = schedule.afterFailure(attempt);
            assertThat(wait).as("seed %d", seed).isLessThanOrEqualTo(Duration.ofSeconds(6));
            elapsed = elapsed.plus(wait);
        }
    }
}
