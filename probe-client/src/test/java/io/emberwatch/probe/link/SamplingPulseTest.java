package io.emberwatch.probe.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SamplingPulseTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);

    @Test
    void sampling_hangs_after_three_intervals_without_a_sample() {
        SamplingPulse pulse = pulse(Duration.ofMinutes(1));

        pass(Duration.ofMinutes(3).minusNanos(1));
        assertThat(pulse.hangs()).isFalse();
        pass(Duration.ofNanos(1));

        assertThat(pulse.hangs()).isTrue();
        assertThat(pulse.lastSampleAt()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void short_intervals_get_half_a_minute() {
        SamplingPulse pulse = pulse(Duration.ofSeconds(1));

        pass(Duration.ofSeconds(29));
        assertThat(pulse.hangs()).isFalse();
        pass(Duration.ofSeconds(1));

        assertThat(pulse.hangs()).isTrue();
    }

    @Test
    void a_sample_ends_it() {
        SamplingPulse pulse = pulse(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(31));

        pulse.sampled(Instant.EPOCH.plusSeconds(31));

        assertThat(pulse.hangs()).isFalse();
        assertThat(pulse.lastSampleAt()).isEqualTo(Instant.EPOCH.plusSeconds(31));
    }

    @Test
    void an_interval_made_shorter_does_not_turn_the_time_before_into_a_hang() {
        SamplingPulse pulse = pulse(Duration.ofHours(1));
        pass(Duration.ofMinutes(50));

        pulse.changeInterval(Duration.ofSeconds(1));

        assertThat(pulse.hangs()).isFalse();
        pass(Duration.ofSeconds(20));
        pulse.changeInterval(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(10));
        assertThat(pulse.hangs()).isTrue();
    }

    private SamplingPulse pulse(Duration interval) {
        return new SamplingPulse(interval, Instant.EPOCH, nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
