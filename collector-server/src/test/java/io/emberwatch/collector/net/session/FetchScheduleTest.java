package io.emberwatch.collector.net.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;

/** Whose turn it is to bring history, with machines that are words. */
class FetchScheduleTest {
    private final List<String> asked = new ArrayList<>();
    private long nanos;
    private boolean hasRoom = true;
    private final FetchSchedule<String> schedule = new FetchSchedule<>(4, () -> hasRoom, () -> nanos, asked::add);

    @Test
    void machines_are_asked_in_turn_and_no_more_than_a_few_at_a_time() {
        List.of("a", "b", "c").forEach(schedule::add);
        assertThat(asked).as("each may have two, all together four").containsExactly("a", "a", "b", "b");

        for (int round = 0; round < 10; round++) {
            List.copyOf(asked.subList(asked.size() - 4, asked.size())).forEach(this::isWritten);
        }
        assertThat(asked.subList(asked.size() - 12, asked.size()))
                .as("the last rounds")
                .areExactly(4, new Condition<>("a"::equals, "a"))
                .areExactly(4, new Condition<>("b"::equals, "b"))
                .areExactly(4, new Condition<>("c"::equals, "c"));
    }

    @Test
    void an_answer_counts_until_it_is_written() {
        List.of("a", "b", "c").forEach(schedule::add);
        schedule.answered("a");
        assertThat(asked).hasSize(4);

        schedule.written("a");
        assertThat(asked).hasSize(5);
    }

    @Test
    void nobody_is_asked_while_ingest_has_enough_to_do() {
        hasRoom = false;
        schedule.add("a");
        assertThat(asked).isEmpty();

        hasRoom = true;
        schedule.tick();
        assertThat(asked).containsExactly("a", "a");
    }

    @Test
    void a_session_that_ends_makes_room_for_others() {
        List.of("a", "b", "c").forEach(schedule::add);

        schedule.remove("a");
        schedule.written("a");

        assertThat(asked).containsExactly("a", "a", "b", "b", "c", "c");
    }

    @Test
    void who_does_not_answer_makes_room_and_is_asked_again_ever_more_rarely() {
        List.of("mute", "deaf", "a").forEach(schedule::add);
        passes(Duration.ofSeconds(9));
        assertThat(asked).containsExactly("mute", "mute", "deaf", "deaf");

        passes(Duration.ofSeconds(1));
        assertThat(asked).endsWith("a", "a");
        schedule.remove("a");
        int rounds = asked.size();
        for (int second = 0; second < 3600; second++) {
            passes(Duration.ofSeconds(1));
        }
        assertThat(asked.subList(rounds, asked.size()))
                .as("asked in an hour")
                .contains("mute", "deaf")
                .hasSizeBetween(10, 60);
    }

    @Test
    void a_late_answer_does_no_harm() {
        schedule.add("a");
        passes(FetchSchedule.FETCH_TIMEOUT);

        isWritten("a");
        isWritten("a");
        List.of("b", "c", "d").forEach(schedule::add);

        assertThat(asked).containsExactly("a", "a", "b", "b", "c", "c");
    }

    @Test
    void who_is_not_written_for_long_makes_room_and_is_not_asked_again_before_that() {
        List.of("locked", "locked too", "a").forEach(schedule::add);
        List.of("locked", "locked", "locked too", "locked too").forEach(schedule::answered);
        passes(Duration.ofSeconds(9));
        assertThat(asked).hasSize(4);

        passes(Duration.ofSeconds(1));
        assertThat(asked.subList(4, asked.size())).containsExactly("a", "a");
        passes(Duration.ofHours(1));
        schedule.remove("a");
        schedule.written("locked");
        assertThat(asked).endsWith("locked");
    }

    @Test
    void who_is_not_in_the_row_any_more_changes_nothing() {
        schedule.answered("a");
        schedule.written("a");
        schedule.remove("a");
        schedule.tick();
        assertThat(asked).isEmpty();
    }

    private void isWritten(String machine) {
        schedule.answered(machine);
        schedule.written(machine);
    }

    private void passes(Duration time) {
        nanos += time.toNanos();
        schedule.tick();
    }
}
