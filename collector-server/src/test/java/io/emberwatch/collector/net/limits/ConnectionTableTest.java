package io.emberwatch.collector.net.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.limits.ConnectionTable.Arrival;
import io.emberwatch.collector.net.limits.ConnectionTable.Outcome;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import io.emberwatch.collector.testing.TestCollectors;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Stories of connections, which are words here. */
class ConnectionTableTest {
    private static final Optional<SourceAddress> HERE = Optional.of(new SourceAddress(false, 1));
    private static final Optional<SourceAddress> THERE = Optional.of(new SourceAddress(false, 2));
    private static final Optional<SourceAddress> BALANCER = Optional.empty();

    /** Ten in all and six of one address; of those unauthenticated, five in all and three of one address. */
    private final ConnectionTable<String> table = table(10, 5, 6, 3);

    @Test
    void the_oldest_unauthenticated_one_of_the_address_makes_room_for_a_newer_one() {
        assertLetIn(table.arrived("a", HERE));
        assertLetIn(table.arrived("b", HERE));
        assertLetIn(table.arrived("c", HERE));

        assertDisplaced("a", table.arrived("d", HERE));
        assertDisplaced("b", table.arrived("e", HERE));
        assertLetIn(table.arrived("f", THERE));
    }

    @Test
    void the_oldest_of_all_makes_room_when_there_are_too_many_in_total() {
        assertLetIn(table.arrived("a", THERE));
        assertLetIn(table.arrived("b", HERE));
        assertLetIn(table.arrived("c", HERE));
        assertLetIn(table.arrived("d", THERE));
        assertLetIn(table.arrived("e", BALANCER));

        assertDisplaced("a", table.arrived("f", BALANCER));
    }

    @Test
    void one_that_waits_for_the_collector_is_displaced_by_nobody_one_that_must_speak_again_is() {
        table.arrived("a", HERE);
        table.collectorIsAwaited("a");
        table.arrived("b", HERE);
        table.arrived("c", HERE);
        assertLetIn(table.arrived("d", HERE));
        assertDisplaced("b", table.arrived("e", HERE));

        assertThat(table.peerIsAwaited("a")).contains("c");
        assertDisplaced("d", table.arrived("f", HERE));
        assertDisplaced("e", table.arrived("g", HERE));
        assertDisplaced("a", table.arrived("h", HERE));
    }

    @Test
    void sessions_are_displaced_by_nobody_and_an_address_full_of_them_is_full() {
        for (String session : "a b c d e".split(" ", -1)) {
            assertLetIn(table.arrived(session, HERE));
            table.isSession(session);
        }
        assertLetIn(table.arrived("f", HERE));
        assertDisplaced("f", table.arrived("g", HERE));
        table.isSession("g");

        assertThat(table.arrived("h", HERE).outcome()).isEqualTo(Outcome.ADDRESS_FULL);
        assertLetIn(table.arrived("i", THERE));
        table.gone("a");
        assertLetIn(table.arrived("j", HERE));
    }

    @Test
    void a_collector_full_of_sessions_is_full() {
        for (int i = 0; i < 10; i++) {
            assertLetIn(table.arrived("machine" + i, i < 5 ? HERE : THERE));
            table.isSession("machine" + i);
        }
        assertThat(table.arrived("one more", BALANCER).outcome()).isEqualTo(Outcome.FULL);
        table.gone("machine3");
        assertLetIn(table.arrived("one more", BALANCER));
    }

    @Test
    void sessions_of_an_address_are_counted_while_they_last() {
        table.arrived("a", HERE);
        table.arrived("b", HERE);
        table.isSession("a");
        table.isSession("b");
        assertThat(table.sessionsAt(HERE.orElseThrow())).isEqualTo(2);
        assertThat(table.sessionsAt(THERE.orElseThrow())).isZero();
        assertThat(table.hasSession("a")).isTrue();

        table.gone("a");
        table.gone("a");
        assertThat(table.sessionsAt(HERE.orElseThrow())).isEqualTo(1);
        assertThat(table.hasSession("a")).isFalse();
    }

    @Test
    void a_balancers_connection_moves_to_its_clients_address() {
        assertLetIn(table.arrived("a", BALANCER));
        assertLetIn(table.arrived("a", HERE));
        table.isSession("a");
        assertThat(table.sessionsAt(HERE.orElseThrow())).isEqualTo(1);
    }

    @Test
    void whatever_happens_limits_hold_and_whoever_is_gone_leaves_nothing_behind() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Deque<String> open = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            String connection = "c" + i;
            Arrival<String> arrival = table.arrived(connection, random.nextBoolean() ? HERE : THERE);
            if (arrival.outcome() == Outcome.LET_IN) {
                open.add(connection);
            }
            arrival.displaced().ifPresent(open::remove);
            assertThat(open.size()).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(10);
            String any =
                    open.stream().skip(random.nextInt(open.size())).findFirst().orElseThrow();
            switch (random.nextInt(4)) {
                case 0 -> table.isSession(any);
                case 1 -> table.collectorIsAwaited(any);
                case 2 -> table.peerIsAwaited(any).ifPresent(open::remove);
                default -> {
                    table.gone(any);
                    open.remove(any);
                }
            }
        }
        open.forEach(table::gone);
        a_collector_full_of_sessions_is_full();
    }

    private static void assertLetIn(Arrival<String> arrival) {
        assertThat(arrival).isEqualTo(new Arrival<>(Outcome.LET_IN, Optional.empty()));
    }

    private static void assertDisplaced(String displaced, Arrival<String> arrival) {
        assertThat(arrival).isEqualTo(new Arrival<>(Outcome.LET_IN, Optional.of(displaced)));
    }

    private static ConnectionTable<String> table(int max, int maxAwaited, int maxOfOne, int maxAwaitedOfOne) {
        LimitSettings.Address address = new LimitSettings.Address(maxOfOne, new Rate(1, 1), maxAwaitedOfOne, 100);
        LimitSettings standard = TestCollectors.STANDARD_LIMITS;
        return new ConnectionTable<>(
                max,
                new LimitSettings(
                        address,
                        standard.failures(),
                        standard.machine(),
                        standard.newHandshakes(),
                        maxAwaited,
                        standard.maxUndeliveredBytes(),
                        standard.proxyFrom()));
    }
}
