package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SlowdownMarginTest {
    private static final Optional<Integer> NO_TEMP = Optional.empty();
    private static final Optional<Long> COOL = Optional.of(0x4L);
    private static final Optional<Long> HOT = Optional.of(0x20L);
    private static final Optional<Long> NO_REASONS = Optional.empty();

    @Test
    void older_gpu_has_what_its_constant_limit_leaves() {
        assertThat(SlowdownMargin.toSlowdown(Optional.of(61), Optional.of(92), NO_TEMP, NO_TEMP, COOL, false))
                .contains(31);
        assertThat(SlowdownMargin.toSlowdown(Optional.of(95), Optional.of(92), NO_TEMP, NO_TEMP, HOT, false))
                .contains(-3);
    }

    @Test
    void newer_gpu_says_it_itself_and_slows_down_a_little_beyond_its_normal_temperatures() {
        assertThat(SlowdownMargin.toSlowdown(Optional.of(61), NO_TEMP, Optional.of(26), Optional.of(-2), COOL, false))
                .contains(28);
        assertThat(SlowdownMargin.toSlowdown(Optional.of(61), NO_TEMP, Optional.of(26), NO_TEMP, COOL, false))
                .contains(26);
    }

    @Test
    void margin_that_the_gpu_reports_comes_before_its_constant_limit() {
        assertThat(SlowdownMargin.toSlowdown(
                        Optional.of(61), Optional.of(92), Optional.of(20), Optional.of(0), COOL, false))
                .contains(20);
    }

    @Test
    void margin_of_zero_on_a_cool_gpu_is_nonsense() {
        assertThat(SlowdownMargin.toSlowdown(
                        Optional.of(34), Optional.of(92), Optional.of(0), Optional.of(0), COOL, false))
                .contains(58);
        assertThat(SlowdownMargin.toSlowdown(
                        Optional.of(34), Optional.of(92), Optional.of(-9), NO_TEMP, NO_REASONS, false))
                .contains(58);
        assertThat(SlowdownMargin.toSlowdown(Optional.of(34), NO_TEMP, Optional.of(-9), NO_TEMP, COOL, false))
                .isEmpty();
    }

    @Test
    void margin_of_zero_is_believed_if_the_gpu_throttles_or_is_near_its_limit_or_nothing_speaks_against_it() {
        assertThat(SlowdownMargin.toSlowdown(
                        Optional.of(84), Optional.of(92), Optional.of(0), Optional.of(0), HOT, false))
                .contains(0);
        assertThat(SlowdownMargin.toSlowdown(
                        Optional.of(88), Optional.of(92), Optional.of(-1), Optional.of(0), COOL, false))
                .contains(-1);
        assertThat(SlowdownMargin.toSlowdown(Optional.of(88), NO_TEMP, Optional.of(-1), NO_TEMP, NO_REASONS, false))
                .contains(-1);
    }

    @Test
    void gpu_that_has_reported_a_margin_once_is_believed_from_then_on() {
        SlowdownMargin margin = new SlowdownMargin();

        assertThat(margin.of(Optional.of(84), Optional.of(92), Optional.of(-1), Optional.of(0), COOL))
                .contains(8);
        assertThat(margin.of(Optional.of(84), Optional.of(92), Optional.of(-1), Optional.of(0), HOT))
                .contains(-1);
        assertThat(margin.of(Optional.of(84), Optional.of(92), Optional.of(-1), Optional.of(0), COOL))
                .contains(8);
        assertThat(margin.of(Optional.of(80), Optional.of(92), Optional.of(3), Optional.of(0), COOL))
                .contains(3);
        assertThat(margin.of(Optional.of(84), Optional.of(92), Optional.of(-1), Optional.of(0), COOL))
                .contains(-1);
    }

    @Test
    void numbers_that_are_no_margins_and_no_offsets_are_passed_over() {
        assertThat(SlowdownMargin.toSlowdown(
                        Optional.of(61), Optional.of(92), Optional.of(30_000), Optional.of(0), COOL, false))
                .contains(31);
        assertThat(SlowdownMargin.toSlowdown(Optional.of(61), NO_TEMP, Optional.of(26), Optional.of(-500), COOL, false))
                .contains(26);
    }

    @Test
    void margin_is_absent_without_anything_to_go_by() {
        assertThat(SlowdownMargin.toSlowdown(NO_TEMP, Optional.of(92), NO_TEMP, NO_TEMP, COOL, false))
                .isEmpty();
        assertThat(SlowdownMargin.toSlowdown(Optional.of(61), NO_TEMP, NO_TEMP, Optional.of(-2), COOL, false))
                .isEmpty();
    }

    @Test
    void limit_follows_from_the_margin_if_both_make_sense() {
        assertThat(SlowdownMargin.limit(Optional.of(40), Optional.of(47), Optional.of(-8)))
                .contains(95);
        assertThat(SlowdownMargin.limit(Optional.of(40), Optional.of(47), NO_TEMP))
                .isEmpty();
        assertThat(SlowdownMargin.limit(Optional.of(40), NO_TEMP, Optional.of(-8)))
                .isEmpty();
        assertThat(SlowdownMargin.limit(Optional.of(40), Optional.of(-20), Optional.of(-8)))
                .isEmpty();
    }

    @Test
    void zero_and_all_bits_are_no_temperatures() {
        assertThat(SlowdownMargin.isTemperature(1)).isTrue();
        assertThat(SlowdownMargin.isTemperature(110)).isTrue();
        assertThat(SlowdownMargin.isTemperature(0)).isFalse();
        assertThat(SlowdownMargin.isTemperature(255)).isFalse();
        assertThat(SlowdownMargin.isTemperature(-1)).isFalse();
    }
}
