package io.emberwatch.probe.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class MemorySpoolTest {
    private static final long PLENTY = 1L << 40;

    @Test
    void sequences_start_at_one_and_have_no_gaps() {
        MemorySpool spool = new MemorySpool(10, PLENTY);

        assertThat(List.of(spool.append(sample(0)), spool.append(sample(0)), spool.append(sample(0))))
                .containsExactly(1L, 2L, 3L);
        assertThat(spool.lastSequence()).isEqualTo(3);
    }

    @Test
    void each_spool_draws_its_own_boot_id() {
        assertThat(new MemorySpool(1, PLENTY).bootId()).isNotEqualTo(new MemorySpool(1, PLENTY).bootId());
    }

    @Test
    void peeking_takes_nothing_away() {
        MemorySpool spool = new MemorySpool(10, PLENTY);
        fill(spool, 5);

        assertThat(sequences(spool.peek(2, Long.MAX_VALUE, 2))).containsExactly(3L, 4L);
        assertThat(spool.depth()).isEqualTo(5);
    }

    @Test
    void a_full_spool_forgets_the_oldest_and_counts_them() {
        MemorySpool spool = new MemorySpool(3, PLENTY);
        fill(spool, 5);

        assertThat(sequences(spool.peek(0, Long.MAX_VALUE, 10))).containsExactly(3L, 4L, 5L);
        assertThat(spool.dropped()).isEqualTo(2);
        assertThat(spool.fillPercent()).isEqualTo(100);
    }

    @Test
    void loss_in_history_and_live_readings_is_reported_until_the_collector_has_both() {
        MemorySpool spool = new MemorySpool(5, PLENTY);
        fill(spool, 12);

        spool.acknowledge(new AcknowledgedRange(12, 1, 4));
        assertThat(spool.lossBehind(0))
                .hasValueSatisfying(lost -> assertThat(lost.lastSequence()).isEqualTo(7));

        spool.acknowledge(AcknowledgedRange.upTo(12));
        assertThat(spool.lossBehind(0)).isEmpty();
    }

    @Test
    void readings_of_many_gpus_fill_it_by_bytes() {
        MemorySpool spool =
                new MemorySpool(1000, 10L * (MemorySpool.BYTES_PER_READING + 8 * MemorySpool.BYTES_PER_GPU));
        for (int i = 0; i < 20; i++) {
            spool.append(sample(8));
        }

        assertThat(spool.depth()).isEqualTo(10);
        assertThat(spool.fillPercent()).isEqualTo(100);
    }

    @Test
    void an_empty_spool_is_empty_in_percent_too() {
        MemorySpool spool = new MemorySpool(4, PLENTY);
        fill(spool, 1);
        assertThat(spool.fillPercent()).isEqualTo(25);

        spool.acknowledge(AcknowledgedRange.upTo(1));

        assertThat(spool.fillPercent()).isZero();
    }

    /** Random operations against the simplest thing that could be right; see {@link Seeds}. */
    @Test
    void it_behaves_like_a_sorted_set_of_numbers() {
        Seeds.first(20).forEach(MemorySpoolTest::behavesLikeASortedSet);
    }

    private static void behavesLikeASortedSet(long seed) {
        Random random = new Random(seed);
        int max = 1 + random.nextInt(30);
        MemorySpool spool = new MemorySpool(max, PLENTY);
        TreeSet<Long> model = new TreeSet<>();
        long last = 0;

        for (int step = 0; step < 1000; step++) {
            String where = "-Demberwatch.seed=" + seed + ", step " + step;
            if (random.nextInt(3) > 0) {
                model.add(++last);
                assertThat(spool.append(sample(random.nextInt(3)))).as(where).isEqualTo(last);
                while (model.size() > max) {
                    model.pollFirst();
                }
            } else {
                long upTo = random.nextLong(last + 1);
                model.headSet(upTo, true).clear();
                spool.acknowledge(AcknowledgedRange.upTo(upTo));
            }
            long behind = random.nextLong(last + 2);
            int atMost = random.nextInt(10);
            assertThat(sequences(spool.peek(behind, Long.MAX_VALUE, atMost)))
                    .as(where)
                    .isEqualTo(
                            model.tailSet(behind, false).stream().limit(atMost).toList());
            assertThat(spool.depth()).as(where).isEqualTo(model.size());
        }
    }

    private static void fill(MemorySpool spool, int count) {
        for (int i = 0; i < count; i++) {
            spool.append(sample(0));
        }
    }

    private static Sample sample(int gpus) {
        GpuSample gpu = new GpuSample("GPU-a", MetricValues.empty(Scope.GPU));
        return new Sample(Instant.EPOCH, MetricValues.empty(Scope.MACHINE), Collections.nCopies(gpus, gpu));
    }

    private static List<Long> sequences(List<Sample.Numbered> readings) {
        return readings.stream().map(Sample.Numbered::sequence).toList();
    }
}
