package io.emberwatch.probe.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ReconnectPolicyTest {
    private final SessionEnd lostAtOnce = new SessionEnd.Lost("x", Duration.ZERO);

    @Test
    void waits_after_failures_grow_and_stay_between_half_a_second_and_half_a_minute() {
        long seed = System.nanoTime();
        ReconnectPolicy policy = new ReconnectPolicy(new Random(seed));
        long limitMillis = 1000;

        for (int i = 0; i < 100; i++) {
            assertThat(policy.waitAfter(lostAtOnce))
                    .as("wait %d with seed %d", i, seed)
                    .isBetween(Duration.ofMillis(500), Duration.ofMillis(limitMillis));
            limitMillis = Math.min(30_000, 2 * limitMillis);
        }
    }

    @Test
    void a_fleet_does_not_come_back_all_at_once() {
        Random random = new Random(1);
        long distinct = java.util.stream.IntStream.range(0, 100)
                .mapToObj(i -> new ReconnectPolicy(random).waitAfter(lostAtOnce))
                .distinct()
                .count();

        assertThat(distinct).isGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("healthyEnds")
    void after_a_healthy_session_waits_start_short_again_however_it_ended(SessionEnd healthy) {
        ReconnectPolicy policy = tired();
        policy.waitAfter(healthy);

        assertThat(policy.waitAfter(lostAtOnce)).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void the_first_try_after_a_healthy_session_comes_within_a_second() {
        assertThat(tired().waitAfter(new SessionEnd.Lost("x", ReconnectPolicy.HEALTHY)))
                .isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_collector_that_restarts_is_looked_for_at_once_however_short_the_session_was() {
        SessionEnd restart = new SessionEnd.CollectorLeft(new Bye(Bye.Reason.COLLECTOR_STOPPING, "x"), Duration.ZERO);

        assertThat(tired().waitAfter(restart)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void another_goodbye_soon_after_welcome_does_not_reset_the_waits() {
        ReconnectPolicy policy = tired();

        assertThat(policy.waitAfter(new SessionEnd.CollectorLeft(new Bye(Bye.Reason.UNKNOWN, "x"), Duration.ZERO)))
                .isEqualTo(ReconnectPolicy.LONGEST);
    }

    @Test
    void a_session_that_breaks_soon_after_welcome_does_not_reset_the_waits() {
        ReconnectPolicy policy = new ReconnectPolicy(new Highest());
        policy.waitAfter(lostAtOnce);

        assertThat(policy.waitAfter(new SessionEnd.Lost("x", Duration.ofSeconds(1))))
                .isGreaterThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource(RefusalCode.class)
    void a_refusal_is_honoured_with_a_random_part_on_top(RefusalCode code) {
        Refused refusal = new Refused(code, "x", Duration.ofSeconds(10));

        Duration shortest = new ReconnectPolicy(() -> 0L).waitAfter(new SessionEnd.Rejected(refusal, Duration.ZERO));
        Duration longest =
                new ReconnectPolicy(new Highest()).waitAfter(new SessionEnd.Rejected(refusal, Duration.ZERO));

        assertThat(shortest).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        assertThat(longest).isGreaterThan(shortest).isLessThanOrEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void a_refusal_that_time_will_not_heal_is_not_answered_with_haste_whatever_the_collector_asks_for() {
        Refused refusal = new Refused(RefusalCode.NOT_AUTHENTICATED, "x", Duration.ZERO);

        assertThat(new ReconnectPolicy(() -> 0L).waitAfter(new SessionEnd.Rejected(refusal, Duration.ZERO)))
                .isEqualTo(RefusalCode.NOT_AUTHENTICATED.retryAfter());
    }

    @Test
    void after_numbering_anew_it_is_back_at_once_but_not_twice_in_a_row() {
        ReconnectPolicy policy = new ReconnectPolicy(new Random(1));
        SessionEnd goneBack = new SessionEnd.GoneBack(7, 3, Duration.ZERO);

        assertThat(policy.waitAfter(goneBack)).isZero();
        policy.waitAfter(new SessionEnd.Lost("no route", Duration.ZERO));
        assertThat(policy.waitAfter(goneBack)).isGreaterThanOrEqualTo(Duration.ofSeconds(60));

        policy.waitAfter(new SessionEnd.Lost("cut", Duration.ofSeconds(1)));
        assertThat(policy.waitAfter(goneBack)).isZero();
    }

    @Test
    void no_collector_can_silence_a_probe_for_days() {
        Refused refusal = new Refused(RefusalCode.BUSY, "x", Duration.ofDays(3));

        assertThat(new ReconnectPolicy(() -> 0L).waitAfter(new SessionEnd.Rejected(refusal, Duration.ZERO)))
                .isLessThan(Duration.ofHours(2));
    }

    private static Stream<SessionEnd> healthyEnds() {
        Duration lasted = ReconnectPolicy.HEALTHY;
        return Stream.of(
                new SessionEnd.Lost("x", lasted),
                new SessionEnd.CollectorLeft(new Bye(Bye.Reason.UNKNOWN, "x"), lasted),
                new SessionEnd.Rejected(new Refused(RefusalCode.SUPERSEDED, "x", Duration.ofSeconds(10)), lasted),
                new SessionEnd.Rejected(new Refused(RefusalCode.BUSY, "x", Duration.ofSeconds(10)), lasted),
                new SessionEnd.SamplingHangs(lasted));
    }

    /** One whose tries have failed for long, and that draws the longest wait each time. */
    private ReconnectPolicy tired() {
        ReconnectPolicy policy = new ReconnectPolicy(new Highest());
        for (int i = 0; i < 20; i++) {
            policy.waitAfter(lostAtOnce);
        }
        return policy;
    }

    /** Draws the highest of each range. */
    private static final class Highest implements RandomGenerator {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }

        @Override
        public long nextLong(long origin, long bound) {
            return bound - 1;
        }
    }
}
