package io.emberwatch.collector.store.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PartitionEndsTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    private static final LocalDate WEEK_AHEAD = LocalDate.parse("2026-11-29");

    @Test
    void nothing_is_added_when_the_week_ahead_is_there() {
        assertThat(added(WEEK_AHEAD)).isEmpty();
        assertThat(added(WEEK_AHEAD, WEEK_AHEAD.plusDays(30))).isEmpty();
    }

    @Test
    void yesterdays_keeper_left_one_day_to_add() {
        assertThat(added(WEEK_AHEAD.minusDays(1))).containsExactly(WEEK_AHEAD);
    }

    @Test
    void partitions_that_end_today_go_on_with_today() {
        assertThat(added(TODAY)).hasSize(8).startsWith(TODAY.plusDays(1)).endsWith(WEEK_AHEAD);
    }

    @Test
    void days_that_nobody_kept_become_one_partition() {
        assertThat(added(TODAY.minusDays(200)))
                .hasSize(9)
                .startsWith(TODAY, TODAY.plusDays(1))
                .endsWith(WEEK_AHEAD);
    }

    @Test
    void partitions_of_days_beyond_the_week_ahead_do_not_stand_for_the_days_before_them() {
        assertThat(added(WEEK_AHEAD.minusDays(1), WEEK_AHEAD.plusDays(30))).containsExactly(WEEK_AHEAD);
    }

    private static List<LocalDate> added(LocalDate... existing) {
        return PartitionKeeper.endsToAdd(new TreeSet<>(List.of(existing)), TODAY);
    }
}
