package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReinitPolicyTest {
    private static final String BUS_ID = "0000:3b:00.0";

    private final Set<String> onBus = new HashSet<>();
    private final ReinitPolicy policy = new ReinitPolicy(onBus::contains);
    private long now = Long.MAX_VALUE - Duration.ofMinutes(3).toNanos();

    @Test
    void healthy_gpus_need_no_reinit() {
        policy.begun(now);

        assertThat(dueAfter(Duration.ofDays(1))).isFalse();
    }

    @Test
    void gpu_without_permission_needs_no_reinit() {
        policy.begun(now);
        policy.failed(BUS_ID, NvmlCode.NO_PERMISSION);

        assertThat(dueAfter(Duration.ofDays(1))).isFalse();
    }

    @Test
    void handle_that_is_no_longer_valid_needs_a_reinit_at_once() {
        policy.begun(now);
        policy.failed(BUS_ID, NvmlCode.INVALID_ARGUMENT);

        assertThat(dueAfter(Duration.ZERO)).isTrue();
    }

    @Test
    void driver_that_was_loaded_anew_needs_a_reinit_at_once() {
        policy.begun(now);
        policy.failed(BUS_ID, NvmlCode.UNINITIALIZED);

        assertThat(dueAfter(Duration.ZERO)).isTrue();
        policy.begun(now);
        assertThat(dueAfter(Duration.ZERO)).isFalse();
    }

    @Test
    void gpu_that_is_gone_from_the_bus_is_looked_for_now_and_then_only() {
        policy.begun(now);

        for (int hour = 0; hour < 3; hour++) {
            assertThat(dueWithLostGpuAfter(ReinitPolicy.WITHOUT_SIGN.toSeconds() - 1))
                    .isFalse();
            assertThat(dueWithLostGpuAfter(1)).isTrue();
            policy.begun(now);
        }
    }

    @Test
    void gpu_that_is_lost_to_the_driver_but_was_on_the_bus_all_the_time_has_not_come_back() {
        policy.begun(now);
        onBus.add(BUS_ID);

        assertThat(dueWithLostGpuAfter(600)).isFalse();
        assertThat(dueWithLostGpuAfter(600)).isFalse();
    }

    @Test
    void gpu_that_answers_on_the_bus_again_is_looked_for_and_more_and_more_rarely_if_that_does_not_help() {
        policy.begun(now);
        for (long seconds : new long[] {60, 120, 240, 480, 960, 960}) {
            onBus.clear();
            assertThat(dueWithLostGpuAfter(0)).isFalse();
            onBus.add(BUS_ID);
            assertThat(dueWithLostGpuAfter(seconds - 1)).isFalse();
            assertThat(dueWithLostGpuAfter(1)).isTrue();
            policy.begun(now);
        }
    }

    @Test
    void reinit_that_another_gpu_has_deferred_is_tried_again() {
        policy.begun(now);
        assertThat(dueWithLostGpuAfter(60)).isFalse();
        onBus.add(BUS_ID);

        assertThat(dueWithLostGpuAfter(1)).isTrue();
        assertThat(dueWithLostGpuAfter(1)).isTrue();
    }

    /** Surveys and readings are of different threads, so between two surveys there need not be a reading. */
    @Test
    void gpu_stays_gone_until_it_answers_also_if_a_survey_comes_before_it_is_read_again() {
        policy.begun(now);
        assertThat(dueWithLostGpuAfter(60)).isFalse();
        assertThat(dueAfter(Duration.ofMinutes(1))).isFalse();
        onBus.add(BUS_ID);

        assertThat(dueAfter(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void gpu_that_answers_is_not_looked_for() {
        policy.begun(now);
        assertThat(dueWithLostGpuAfter(60)).isFalse();
        onBus.add(BUS_ID);

        policy.answered(BUS_ID);

        assertThat(dueAfter(Duration.ofDays(1))).isFalse();
    }

    @Test
    void gpu_whose_place_nobody_knows_is_looked_for_only_while_surveys_miss_it() {
        policy.begun(now);
        policy.failed("", NvmlCode.GPU_IS_LOST);
        assertThat(dueAfter(ReinitPolicy.WITHOUT_SIGN)).isTrue();

        assertThat(dueAfter(ReinitPolicy.WITHOUT_SIGN)).isFalse();
    }

    @Test
    void next_lost_gpu_is_looked_for_after_a_minute_once_none_is_gone_any_more() {
        policy.begun(now);
        assertThat(dueWithLostGpuAfter(60)).isFalse();
        onBus.add(BUS_ID);
        assertThat(dueWithLostGpuAfter(1)).isTrue();
        policy.begun(now);
        assertThat(dueAfter(ReinitPolicy.LONGEST_PAUSE)).isFalse();
        onBus.clear();
        policy.begun(now);
        assertThat(dueWithLostGpuAfter(1)).isFalse();
        onBus.add(BUS_ID);

        assertThat(dueWithLostGpuAfter(59)).isTrue();
    }

    private boolean dueWithLostGpuAfter(long seconds) {
        policy.failed(BUS_ID, NvmlCode.GPU_IS_LOST);
        return dueAfter(Duration.ofSeconds(seconds));
    }

    private boolean dueAfter(Duration time) {
        now += time.toNanos();
        return policy.isDue(now);
    }
}
