package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProbeLogTest {
    private final ProbeLog log = new ProbeLog();

    @Test
    void it_knows_what_was_taken_and_when_to_the_millisecond() {
        log.add("2026-11-21T12:00:00.500Z DEBUG ProbeDaemon - took reading 8388609 at 2026-11-21T12:00:00.412345Z");
        log.add("2026-11-21T12:00:00.600Z INFO Session - connected");

        assertThat(log.taken()).containsExactly(new TakenReading(8388609, Instant.parse("2026-11-21T12:00:00.412Z")));
    }

    @Test
    void a_line_that_a_kill_has_cut_is_no_line() {
        log.add("2026-11-21T12:00:00.500Z DEBUG ProbeDaemon - took reading 8388609 at 2026-11-21T12:00:00.4");
        log.add("2026-11-21T12:00:00.500Z DEBUG ProbeDaemon - took reading 83886");

        assertThat(log.taken()).isEmpty();
    }

    @Test
    void the_last_ones_are_a_range_with_room_for_one_without_a_line() {
        assertThat(log.lastTaken(2)).isEmpty();
        for (int i = 1; i <= 5; i++) {
            log.add("took reading " + i + " at 2026-11-21T12:00:00Z");
        }

        assertThat(log.lastTaken(2)).containsExactly(new SequenceRange(4, 6));
        assertThat(log.lastTaken(9)).containsExactly(new SequenceRange(1, 6));
    }
}
