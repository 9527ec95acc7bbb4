package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AcknowledgedRangeTest {
    private static final long SEED = Long.getLong("emberwatch.seed", new Random().nextLong());

    @Test
    void without_history_it_is_everything_up_to_the_last() {
        AcknowledgedRange acknowledged = AcknowledgedRange.upTo(5).withLive(9);

        assertThat(acknowledged).isEqualTo(AcknowledgedRange.upTo(9));
        assertThat(acknowledged.has(9)).isTrue();
        assertThat(acknowledged.has(10)).isFalse();
        assertThat(acknowledged.gapless()).isEqualTo(9);
    }

    @Test
    void what_is_put_off_is_missing_until_it_has_come() {
        AcknowledgedRange acknowledged = AcknowledgedRange.upTo(5).deferredTo(9).withLive(12);

        assertThat(acknowledged).isEqualTo(new AcknowledgedRange(12, 6, 8));
        assertThat(acknowledged.has(5)).isTrue();
        assertThat(acknowledged.has(6)).isFalse();
        assertThat(acknowledged.has(8)).isFalse();
        assertThat(acknowledged.has(9)).isTrue();
        assertThat(acknowledged.gapless()).isEqualTo(5);
        assertThat(acknowledged.withHistory(7)).isEqualTo(new AcknowledgedRange(12, 8, 8));
        assertThat(acknowledged.withHistory(8)).isEqualTo(AcknowledgedRange.upTo(12));
    }

    @Test
    void what_comes_again_changes_nothing() {
        AcknowledgedRange acknowledged = new AcknowledgedRange(12, 6, 8);

        assertThat(acknowledged.withLive(11)).isEqualTo(acknowledged);
        assertThat(acknowledged.withHistory(5)).isEqualTo(acknowledged);
        assertThat(AcknowledgedRange.upTo(12).withHistory(8)).isEqualTo(AcknowledgedRange.upTo(12));
    }

    @Test
    void nothing_can_be_put_off_twice_and_nothing_cannot_be_put_off() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AcknowledgedRange(12, 6, 8).deferredTo(20));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AcknowledgedRange.upTo(5).deferredTo(6));
        assertThatIllegalArgumentException().isThrownBy(() -> new AcknowledgedRange(12, 6, 8).withHistory(9));
    }

    /** Beside a set of sequences, which is what this stands for. */
    @Test
    void any_order_of_live_readings_and_history_is_as_with_a_set() {
        Random random = new Random(SEED);
        for (int story = 0; story < 2_000; story++) {
            AcknowledgedRange acknowledged = AcknowledgedRange.NOTHING;
            TreeSet<Long> stored = new TreeSet<>();
            for (int step = 0; step < 30; step++) {
                long from = acknowledged.last() + 1;
                if (!acknowledged.lacksHistory() && random.nextInt(4) == 0) {
                    acknowledged = acknowledged.deferredTo(from + 1 + random.nextInt(20));
                } else if (acknowledged.lacksHistory() && random.nextBoolean()) {
                    long upTo = acknowledged.historyFrom()
                            + random.nextLong(acknowledged.historyTo() - acknowledged.historyFrom() + 1);
                    for (long s = acknowledged.historyFrom(); s <= upTo; s++) {
                        stored.add(s);
                    }
                    acknowledged = acknowledged.withHistory(upTo);
                } else {
                    long upTo = from + random.nextInt(10);
                    for (long s = from; s <= upTo; s++) {
                        stored.add(s);
                    }
                    acknowledged = acknowledged.withLive(upTo);
                }
                for (long s = 1; s <= acknowledged.last() + 1; s++) {
                    assertThat(acknowledged.has(s))
                            .as("%d in %s, seed %d", s, acknowledged, SEED)
                            .isEqualTo(stored.contains(s));
                }
            }
        }
    }
}
