package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RestartWishesTest {
    private final RestartWishes wishes = new RestartWishes();
    private long now = Long.MAX_VALUE - Duration.ofMinutes(3).toNanos();

    @Test
    void nothing_wrong_needs_no_new_beginning() {
        wishes.begun(now);

        assertThat(dueAfter(Duration.ofDays(1))).isFalse();
    }

    @Test
    void what_may_not_be_read_is_no_better_after_a_new_beginning() {
        wishes.begun(now);
        wishes.hear(NvmlCode.NO_PERMISSION);

        assertThat(dueAfter(Duration.ofDays(1))).isFalse();
    }

    @Test
    void a_handle_that_is_no_longer_valid_needs_one_at_once() {
        wishes.begun(now);
        wishes.hear(NvmlCode.INVALID_ARGUMENT);

        assertThat(dueAfter(Duration.ZERO)).isTrue();
    }

    @Test
    void a_driver_that_was_loaded_anew_needs_one_at_once() {
        wishes.begun(now);
        wishes.hear(NvmlCode.UNINITIALIZED);

        assertThat(dueAfter(Duration.ZERO)).isTrue();
        wishes.begun(now);
        assertThat(dueAfter(Duration.ZERO)).isFalse();
    }

    @Test
    void a_card_that_is_gone_is_looked_for_after_a_minute_and_then_more_and_more_rarely() {
        wishes.begun(now);

        assertThat(dueWithLostCardAfter(59)).isFalse();
        assertThat(dueWithLostCardAfter(1)).isTrue();
        wishes.begun(now);
        assertThat(dueWithLostCardAfter(119)).isFalse();
        assertThat(dueWithLostCardAfter(1)).isTrue();
        for (int i = 0; i < 10; i++) {
            wishes.begun(now);
            assertThat(dueWithLostCardAfter(RestartWishes.LONGEST_PAUSE.toSeconds()))
                    .isTrue();
        }
        wishes.begun(now);
        assertThat(dueWithLostCardAfter(RestartWishes.LONGEST_PAUSE.toSeconds() - 1))
                .isFalse();
    }

    @Test
    void once_no_card_is_gone_any_more_the_next_one_is_looked_for_after_a_minute_again() {
        wishes.begun(now);
        assertThat(dueWithLostCardAfter(60)).isTrue();
        wishes.begun(now);
        assertThat(dueAfter(Duration.ofMinutes(5))).isFalse();

        assertThat(dueWithLostCardAfter(60)).isTrue();
    }

    private boolean dueWithLostCardAfter(long seconds) {
        wishes.hear(NvmlCode.GPU_IS_LOST);
        return dueAfter(Duration.ofSeconds(seconds));
    }

    private boolean dueAfter(Duration time) {
        now += time.toNanos();
        return wishes.isDue(now);
    }
}
