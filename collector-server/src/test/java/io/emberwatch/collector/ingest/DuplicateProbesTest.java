package io.emberwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DuplicateProbesTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = START.plus(Duration.ofHours(1));

    private final DuplicateProbes duplicates = new DuplicateProbes(START);

    @Test
    void those_of_the_last_15_minutes_count() {
        duplicates.turnedAway(1, LATER);
        duplicates.turnedAway(1, LATER.plus(Duration.ofMinutes(10)));

        assertThat(duplicates.count(1, LATER.plus(Duration.ofMinutes(10)))).hasValue(2);
        assertThat(duplicates.count(1, LATER.plus(Duration.ofMinutes(15)))).hasValue(1);
        assertThat(duplicates.count(1, LATER.plus(Duration.ofMinutes(25)))).hasValue(0);
        assertThat(duplicates.count(2, LATER)).hasValue(0);
    }

    @Test
    void that_there_was_none_is_not_known_before_a_collector_has_watched_for_so_long() {
        assertThat(duplicates.count(1, START.plus(Duration.ofMinutes(14)))).isEmpty();
        assertThat(duplicates.count(1, START.plus(Duration.ofMinutes(15)))).hasValue(0);
    }

    @Test
    void a_flood_is_counted_up_to_a_limit_and_written_once_a_second() {
        assertThat(duplicates.turnedAway(1, LATER)).isTrue();
        for (int i = 0; i < 5_000; i++) {
            assertThat(duplicates.turnedAway(1, LATER.plusMillis(500))).isFalse();
        }

        assertThat(duplicates.count(1, LATER.plusMillis(500))).hasValue(1_000);
        assertThat(duplicates.turnedAway(1, LATER.plusMillis(1_500))).isTrue();
    }
}
