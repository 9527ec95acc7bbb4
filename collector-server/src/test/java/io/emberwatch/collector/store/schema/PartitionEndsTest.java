package io.emberwatch.collector.store.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PartitionEndsTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    private static final LocalDate WEEK_AHEAD = LocalDate.parse("2026-11-29");

    @Test
    void nothing_is_added_when_the_week_ahead_is_there() {
        assertThat(PartitionKeeper.endsToAdd(WEEK_AHEAD, TODAY)).isEmpty();
        assertThat(PartitionKeeper.endsToAdd(WEEK_AHEAD.plusDays(30), TODAY)).isEmpty();
    }

    @Test
    void yesterdays_keeper_left_one_day_to_add() {
        assertThat(PartitionKeeper.endsToAdd(WEEK_AHEAD.minusDays(1), TODAY)).containsExactly(WEEK_AHEAD);
    }

    @Test
    void partitions_that_end_today_go_on_with_today() {
        assertThat(PartitionKeeper.endsToAdd(TODAY, TODAY))
                .hasSize(8)
                .startsWith(TODAY.plusDays(1))
                .endsWith(WEEK_AHEAD);
    }

    @Test
    void days_that_nobody_kept_become_one_partition() {
        assertThat(PartitionKeeper.endsToAdd(TODAY.minusDays(200), TODAY))
                .hasSize(9)
                .startsWith(TODAY, TODAY.plusDays(1))
                .endsWith(WEEK_AHEAD);
    }
}
