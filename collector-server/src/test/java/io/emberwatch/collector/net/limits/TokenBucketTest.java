package io.emberwatch.collector.net.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    /** Close to where such a clock wraps around. */
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);

    private final TokenBucket bucket = new TokenBucket(new Rate(10, 30), START);

    @Test
    void a_burst_is_let_through_and_then_no_more_than_the_rate() {
        assertThat(takenAtOnce(START)).isEqualTo(30);
        assertThat(takenAtOnce(START + TimeUnit.MILLISECONDS.toNanos(99))).isZero();
        assertThat(takenAtOnce(START + TimeUnit.MILLISECONDS.toNanos(500))).isEqualTo(5);
        assertThat(takenAtOnce(START + TimeUnit.SECONDS.toNanos(1))).isEqualTo(5);
    }

    @Test
    void a_long_pause_allows_one_burst_not_more() {
        takenAtOnce(START);
        assertThat(bucket.isFull(START + TimeUnit.SECONDS.toNanos(2))).isFalse();
        assertThat(bucket.isFull(START + TimeUnit.HOURS.toNanos(1))).isTrue();
        assertThat(takenAtOnce(START + TimeUnit.HOURS.toNanos(2))).isEqualTo(30);
    }

    @Test
    void what_was_taken_beyond_the_burst_is_owed_for_as_long_as_the_rate_needs() {
        assertThat(bucket.take(30, START)).isZero();
        assertThat(bucket.take(20, START)).isEqualTo(TimeUnit.SECONDS.toNanos(2));
        assertThat(bucket.take(0, START + TimeUnit.SECONDS.toNanos(1))).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(bucket.take(0, START + TimeUnit.SECONDS.toNanos(2))).isZero();
    }

    @Test
    void a_time_before_the_last_one_fills_nothing_and_breaks_nothing() {
        takenAtOnce(START);
        assertThat(takenAtOnce(START - TimeUnit.MINUTES.toNanos(1))).isZero();
        assertThat(takenAtOnce(START + TimeUnit.SECONDS.toNanos(1))).isEqualTo(10);
    }

    private int takenAtOnce(long nowNanos) {
        int taken = 0;
        while (bucket.tryTake(nowNanos)) {
            taken++;
        }
        return taken;
    }
}
