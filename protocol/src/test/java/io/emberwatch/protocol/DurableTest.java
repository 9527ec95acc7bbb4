package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DurableTest {
    private static final long SEED = Long.getLong("emberwatch.seed", new Random().nextLong());

    @Test
    void without_history_it_is_everything_up_to_the_last() {
        Durable durable = Durable.upTo(5).withLive(9);

        assertThat(durable).isEqualTo(Durable.upTo(9));
        assertThat(durable.has(9)).isTrue();
        assertThat(durable.has(10)).isFalse();
        assertThat(durable.gapless()).isEqualTo(9);
    }

    @Test
    void what_is_put_off_is_missing_until_it_has_come() {
        Durable durable = Durable.upTo(5).deferredTo(9).withLive(12);

        assertThat(durable).isEqualTo(new Durable(12, 6, 8));
        assertThat(durable.has(5)).isTrue();
        assertThat(durable.has(6)).isFalse();
        assertThat(durable.has(8)).isFalse();
        assertThat(durable.has(9)).isTrue();
        assertThat(durable.gapless()).isEqualTo(5);
        assertThat(durable.withHistory(7)).isEqualTo(new Durable(12, 8, 8));
        assertThat(durable.withHistory(8)).isEqualTo(Durable.upTo(12));
    }

    @Test
    void what_comes_again_changes_nothing() {
        Durable durable = new Durable(12, 6, 8);

        assertThat(durable.withLive(11)).isEqualTo(durable);
        assertThat(durable.withHistory(5)).isEqualTo(durable);
        assertThat(Durable.upTo(12).withHistory(8)).isEqualTo(Durable.upTo(12));
    }

    @Test
    void nothing_can_be_put_off_twice_and_nothing_cannot_be_put_off() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Durable(12, 6, 8).deferredTo(20));
        assertThatIllegalArgumentException().isThrownBy(() -> Durable.upTo(5).deferredTo(6));
        assertThatIllegalArgumentException().isThrownBy(() -> new Durable(12, 6, 8).withHistory(9));
    }

    /** Beside a set of sequences, which is what this stands for. */
    @Test
    void any_order_of_live_readings_and_history_is_as_with_a_set() {
        Random random = new Random(SEED);
        for (int story = 0; story < 2_000; story++) {
            Durable durable = Durable.NOTHING;
            TreeSet<Long> stored = new TreeSet<>();
            for (int step = 0; step < 30; step++) {
                long from = durable.last() + 1;
                if (!durable.lacksHistory() && random.nextInt(4) == 0) {
                    durable = durable.deferredTo(from + 1 + random.nextInt(20));
                } else if (durable.lacksHistory() && random.nextBoolean()) {
                    long upTo =
                            durable.historyFrom() + random.nextLong(durable.historyTo() - durable.historyFrom() + 1);
                    for (long s = durable.historyFrom(); s <= upTo; s++) {
                        stored.add(s);
                    }
                    durable = durable.withHistory(upTo);
                } else {
                    long upTo = from + random.nextInt(10);
                    for (long s = from; s <= upTo; s++) {
                        stored.add(s);
                    }
                    durable = durable.withLive(upTo);
                }
                for (long s = 1; s <= durable.last() + 1; s++) {
                    assertThat(durable.has(s))
                            .as("%d in %s, seed %d", s, durable, SEED)
                            .isEqualTo(stored.contains(s));
                }
            }
        }
    }
}
