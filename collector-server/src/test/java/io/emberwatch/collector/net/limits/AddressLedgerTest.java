package io.emberwatch.collector.net.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.limits.AddressLedger.Verdict;
import io.emberwatch.collector.net.limits.FailureScore.Penalty;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What addresses do over time, by a clock of their own. */
class AddressLedgerTest {
    private static final SourceAddress SOMEBODY = source(1);
    private static final SourceAddress ANOTHER = source(2);
    private static final int MAX_FAILURES = 20;
    private static final int MAX_KNOWN = 100;

    private final AddressLedger ledger = new AddressLedger(
            new LimitSettings.Address(10, new Rate(100, 1000), 10, MAX_KNOWN),
            new LimitSettings.Failures(MAX_FAILURES, Duration.ofMinutes(10), Duration.ofMinutes(10)));
    private long nowNanos = -5;

    @Test
    void the_first_failures_are_answered_at_once_the_next_ones_later_and_later() {
        List<Long> delaysMillis = new ArrayList<>();
        for (int i = 0; i < MAX_FAILURES; i++) {
            Penalty penalty = ledger.failed(SOMEBODY, 1, 0, nowNanos);
            assertThat(penalty.shutsOut()).isFalse();
            delaysMillis.add(penalty.delay().toMillis());
        }

        assertThat(delaysMillis)
                .startsWith(0L, 0L, 0L, 0L, 0L, 250L, 500L, 1000L, 2000L, 4000L, 4000L)
                .endsWith(4000L);
    }

    @Test
    void one_failure_more_shuts_the_address_out_for_ten_minutes_and_nobody_else() {
        shutOut(SOMEBODY);

        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.SHUT_OUT);
        assertThat(ledger.connected(ANOTHER, nowNanos)).isEqualTo(Verdict.LET_IN);
        assertThat(ledger.shutOut(nowNanos)).isEqualTo(1);
        pass(Duration.ofMinutes(10).minusNanos(1));
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.SHUT_OUT);
        pass(Duration.ofNanos(1));
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.LET_IN);
        assertThat(ledger.shutOut(nowNanos)).isZero();
    }

    @Test
    void trying_on_while_shut_out_does_not_make_it_longer() {
        shutOut(SOMEBODY);
        for (int minute = 0; minute < 10; minute++) {
            assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.SHUT_OUT);
            ledger.failed(SOMEBODY, 1, 0, nowNanos);
            pass(Duration.ofMinutes(1));
        }
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.LET_IN);
    }

    @Test
    void a_probe_with_a_wrong_key_that_tries_every_two_minutes_is_never_even_slowed() {
        for (int hour = 0; hour < 24 * 30; hour++) {
            assertThat(ledger.failed(SOMEBODY, 1, 0, nowNanos)).isEqualTo(Penalty.NONE);
            pass(Duration.ofMinutes(2));
        }
    }

    @Test
    void ten_such_probes_behind_one_nat_cannot_shut_out_the_machine_that_is_connected_from_there() {
        for (int round = 0; round < 1000; round++) {
            for (int probe = 0; probe < 10; probe++) {
                assertThat(ledger.failed(SOMEBODY, 1, 1, nowNanos).shutsOut()).isFalse();
                assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.LET_IN);
                pass(Duration.ofSeconds(12));
            }
        }
    }

    @Test
    void machine_that_fails_every_five_seconds_shuts_its_nat_out_only_if_no_machine_vouches_for_it() {
        assertThat(failuresUntilShutOut(SOMEBODY, 1, Duration.ofSeconds(5))).isEqualTo(Integer.MAX_VALUE);
        assertThat(failuresUntilShutOut(ANOTHER, 0, Duration.ofSeconds(5))).isLessThan(30);
    }

    @Test
    void a_flood_of_failures_shuts_out_even_where_machines_are_connected() {
        assertThat(failuresUntilShutOut(SOMEBODY, 1, Duration.ofMillis(10)))
                .isBetween(11 * MAX_FAILURES, 12 * MAX_FAILURES);
    }

    @Test
    void a_fleet_behind_one_nat_comes_back_at_once_a_flood_is_held_to_the_rate() {
        for (int i = 0; i < 1000; i++) {
            assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.LET_IN);
        }
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.OVER_RATE);
        assertThat(ledger.connected(ANOTHER, nowNanos)).isEqualTo(Verdict.LET_IN);
        pass(Duration.ofMillis(10));
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.LET_IN);
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.OVER_RATE);
    }

    @Test
    void a_million_addresses_take_the_room_of_a_hundred_and_bring_nobody_back_in() {
        shutOut(SOMEBODY);
        for (int i = 100; i < 1_000_100; i++) {
            ledger.connected(source(i), nowNanos);
        }

        assertThat(ledger.size()).isEqualTo(MAX_KNOWN);
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.SHUT_OUT);
    }

    @Test
    void when_all_that_are_remembered_are_shut_out_the_first_of_them_makes_room() {
        for (int i = 100; i < 100 + MAX_KNOWN; i++) {
            shutOut(source(i));
        }
        assertThat(ledger.size()).isEqualTo(MAX_KNOWN);

        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.LET_IN);

        assertThat(ledger.size()).isEqualTo(MAX_KNOWN);
        assertThat(ledger.connected(source(101), nowNanos)).isEqualTo(Verdict.SHUT_OUT);
        assertThat(ledger.connected(source(100), nowNanos)).isEqualTo(Verdict.LET_IN);
    }

    @Test
    void the_address_that_was_idle_longest_is_forgotten_first() {
        for (int i = 0; i < 1000; i++) {
            ledger.connected(SOMEBODY, nowNanos);
        }
        for (int i = 100; i < 100 + MAX_KNOWN - 1; i++) {
            ledger.connected(source(i), nowNanos);
        }
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.OVER_RATE);
        ledger.connected(source(1000), nowNanos);
        assertThat(ledger.connected(SOMEBODY, nowNanos)).isEqualTo(Verdict.OVER_RATE);
    }

    @Test
    void four_connections_that_were_given_up_count_as_one_failure() {
        int given = 0;
        while (!ledger.failed(SOMEBODY, 0.25, 0, nowNanos).shutsOut()) {
            given++;
        }

        assertThat(given).isEqualTo(4 * MAX_FAILURES);
    }

    @Test
    void a_health_check_that_is_given_up_every_ten_seconds_is_never_even_slowed() {
        for (int day = 0; day < 6 * 60 * 24; day++) {
            assertThat(ledger.failed(SOMEBODY, 0.25, 0, nowNanos)).isEqualTo(Penalty.NONE);
            pass(Duration.ofSeconds(10));
        }
    }

    @Test
    void what_begins_after_failures_is_delayed_as_their_answers_were_until_they_are_forgiven() {
        for (int i = 0; i < 10; i++) {
            ledger.failed(SOMEBODY, 1, 0, nowNanos);
        }

        assertThat(ledger.delay(SOMEBODY, 0, nowNanos)).isEqualTo(Duration.ofSeconds(4));
        assertThat(ledger.delay(ANOTHER, 0, nowNanos)).isEqualTo(Duration.ZERO);
        pass(Duration.ofMinutes(3));
        assertThat(ledger.delay(SOMEBODY, 0, nowNanos)).isEqualTo(Duration.ZERO);
    }

    @Test
    void a_machine_that_was_here_within_a_week_vouches_for_its_address_however_many_strangers_come() {
        ledger.isMachines(SOMEBODY, nowNanos);
        for (int i = 100; i < 10_100; i++) {
            ledger.connected(source(i), nowNanos);
        }
        pass(Duration.ofDays(7).minusNanos(1));

        assertThat(ledger.hasHadMachine(SOMEBODY, nowNanos)).isTrue();
        assertThat(ledger.hasHadMachine(ANOTHER, nowNanos)).isFalse();
        assertThat(failuresUntilShutOut(SOMEBODY, 0, Duration.ZERO)).isEqualTo(11 * MAX_FAILURES + 1);
        pass(Duration.ofMinutes(10));
        assertThat(ledger.hasHadMachine(SOMEBODY, nowNanos)).isFalse();
        assertThat(failuresUntilShutOut(SOMEBODY, 0, Duration.ZERO)).isEqualTo(MAX_FAILURES + 1);
    }

    @Test
    void addresses_of_machines_take_the_room_of_a_hundred_and_the_one_longest_away_makes_room() {
        for (int i = 100; i <= 100 + MAX_KNOWN; i++) {
            ledger.isMachines(source(i), nowNanos);
            ledger.isMachines(source(101), nowNanos);
        }

        assertThat(ledger.hasHadMachine(source(100), nowNanos)).isFalse();
        assertThat(ledger.hasHadMachine(source(101), nowNanos)).isTrue();
    }

    @Test
    void each_topic_is_logged_once_an_address_and_minute() {
        assertThat(ledger.mayLog(SOMEBODY, 3, nowNanos)).isTrue();
        assertThat(ledger.mayLog(SOMEBODY, 3, nowNanos)).isFalse();
        assertThat(ledger.mayLog(SOMEBODY, 4, nowNanos)).isTrue();
        assertThat(ledger.mayLog(ANOTHER, 3, nowNanos)).isTrue();
        pass(Duration.ofMinutes(1));
        assertThat(ledger.mayLog(SOMEBODY, 3, nowNanos)).isTrue();
    }

    private int failuresUntilShutOut(SourceAddress source, int sessions, Duration apart) {
        for (int failures = 1; failures <= 10_000; failures++) {
            if (ledger.failed(source, 1, sessions, nowNanos).shutsOut()) {
                return failures;
            }
            pass(apart);
        }
        return Integer.MAX_VALUE;
    }

    private void shutOut(SourceAddress source) {
        assertThat(failuresUntilShutOut(source, 0, Duration.ZERO)).isEqualTo(MAX_FAILURES + 1);
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    private static SourceAddress source(int number) {
        return new SourceAddress(true, number);
    }
}
