package io.emberwatch.collector.ingest;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.collector.testing.TestReadings;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The queue is bounded in bytes, over all and for each machine, keeps each machine's order, and wakes those it turned away. */
class IngestQueueTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final long ONE_READING_BYTES = batch(1, 1).weightBytes();

    private final AtomicInteger woken = new AtomicInteger();

    @Test
    void what_does_not_fit_is_turned_away_and_woken_when_there_is_room() throws InterruptedException {
        IngestQueue queue = new IngestQueue(1, 2 * ONE_READING_BYTES);

        assertThat(queue.offer(batch(1, 1), woken::incrementAndGet)).isTrue();
        assertThat(queue.offer(batch(1, 2), woken::incrementAndGet)).isTrue();
        assertThat(queue.offer(batch(1, 3), woken::incrementAndGet)).isFalse();
        assertThat(queue.usedBytes()).isEqualTo(2 * ONE_READING_BYTES);

        List<IngestItem> taken = queue.take(0, 10, Duration.ZERO).items();
        assertThat(woken).as("taken, but not written yet").hasValue(0);
        queue.release(taken);

        assertThat(woken).hasValue(1);
        assertThat(queue.usedBytes()).isZero();
        assertThat(queue.offer(batch(1, 3), woken::incrementAndGet)).isTrue();
    }

    @Test
    void an_item_larger_than_the_queue_passes_when_it_is_empty() {
        IngestQueue queue = new IngestQueue(1, 1);

        assertThat(queue.offer(batch(1, 1), woken::incrementAndGet)).isTrue();
        assertThat(queue.offer(batch(1, 2), woken::incrementAndGet)).isFalse();
    }

    @Test
    void a_machine_without_anything_in_it_is_let_in_however_much_the_others_have_up_to_twice_the_limit() {
        IngestQueue queue = new IngestQueue(1, 4 * ONE_READING_BYTES);
        for (long sequence = 1; sequence <= 4; sequence++) {
            assertThat(queue.offer(batch(1, sequence), woken::incrementAndGet)).isTrue();
        }
        assertThat(queue.offer(batch(1, 5), woken::incrementAndGet)).isFalse();

        for (int machineId = 2; machineId <= 5; machineId++) {
            assertThat(queue.offer(batch(machineId, 1), woken::incrementAndGet)).isTrue();
            assertThat(queue.offer(batch(machineId, 2), woken::incrementAndGet)).isFalse();
        }
        assertThat(queue.offer(batch(6, 1), woken::incrementAndGet)).isFalse();
    }

    @Test
    void no_machine_fills_more_than_its_share_and_only_its_own_items_make_room_for_it() throws InterruptedException {
        IngestQueue queue = new IngestQueue(2, 64 << 20);
        IngestItem.Report report = report(2, 50);
        int accepted = 0;
        while (queue.offer(report, woken::incrementAndGet)) {
            accepted++;
        }
        assertThat(queue.usedBytes()).isBetween(1L << 20, 2L << 20).isEqualTo(accepted * report.weightBytes());
        assertThat(queue.offer(batch(3, 1), () -> {})).isTrue();

        queue.release(queue.take(1, 10, Duration.ZERO).items());
        assertThat(woken).as("after another machine's item").hasValue(0);
        while (woken.get() == 0) {
            queue.release(queue.take(0, 10, Duration.ZERO).items());
        }
        assertThat(queue.usedBytes()).isLessThanOrEqualTo(1L << 20);
    }

    @Test
    void an_inventory_weighs_what_it_holds() {
        String longest = "好".repeat(85);
        GpuInfo gpu = GpuInfo.withoutLimits(longest, longest, longest);
        Inventory inventory = new Inventory("", "", "", "", "", 0, 0, "", nCopies(64, gpu), "", OptionalInt.empty());

        assertThat(new IngestItem.Report(session(1), inventory).weightBytes()).isBetween(64 * 3 * 85 * 2L, 64 * 1_500L);
        assertThat(report(1, 0).weightBytes()).isLessThan(1_000);
    }

    @Test
    void small_items_of_the_collector_itself_always_pass() {
        IngestQueue queue = new IngestQueue(1, 1);
        queue.offer(batch(1, 1), woken::incrementAndGet);

        queue.addAlways(new IngestItem.SilenceCheck(1, 1, Duration.ofMinutes(1)));

        assertThat(queue.usedBytes()).isGreaterThan(ONE_READING_BYTES);
    }

    @Test
    void a_machine_is_always_in_the_same_lane_and_in_order() throws InterruptedException {
        IngestQueue queue = new IngestQueue(2, 1 << 20);
        for (long sequence = 1; sequence <= 3; sequence++) {
            queue.offer(batch(4, sequence), woken::incrementAndGet);
            queue.offer(batch(5, sequence), woken::incrementAndGet);
        }

        assertThat(queue.take(0, 10, Duration.ZERO).items()).containsExactly(batch(4, 1), batch(4, 2), batch(4, 3));
        assertThat(queue.take(1, 10, Duration.ZERO).items()).containsExactly(batch(5, 1), batch(5, 2), batch(5, 3));
    }

    @Test
    void a_transaction_takes_no_more_than_its_share() throws InterruptedException {
        IngestQueue queue = new IngestQueue(1, 1 << 20);
        for (long sequence = 1; sequence <= 5; sequence++) {
            queue.offer(batch(1, sequence), woken::incrementAndGet);
        }

        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sizes.add(queue.take(0, 2, Duration.ZERO).items().size());
        }

        assertThat(sizes).containsExactly(2, 2, 1);
    }

    @Test
    void live_readings_go_before_history_that_came_earlier() throws InterruptedException {
        IngestQueue queue = new IngestQueue(1, 1 << 20);
        queue.offer(history(1, 1), woken::incrementAndGet);
        queue.offer(history(1, 2), woken::incrementAndGet);
        queue.offer(batch(2, 1), woken::incrementAndGet);

        assertThat(queue.take(0, 2, Duration.ZERO).items()).containsExactly(batch(2, 1));
        assertThat(queue.take(0, 2, Duration.ZERO).items()).containsExactly(history(1, 1), history(1, 2));
    }

    @Test
    void history_never_overtakes_what_was_there_before_it() throws InterruptedException {
        IngestQueue queue = new IngestQueue(1, 1 << 20);
        for (long sequence = 1; sequence <= 30; sequence++) {
            queue.offer(batch(1, sequence), woken::incrementAndGet);
        }
        queue.offer(history(1, 1), woken::incrementAndGet);

        for (int i = 0; i < 30; i++) {
            assertThat(queue.take(0, 1, Duration.ZERO).items()).allMatch(IngestItem.LiveBatch.class::isInstance);
        }
        assertThat(queue.take(0, 1, Duration.ZERO).items()).containsExactly(history(1, 1));
    }

    @Test
    void history_has_a_small_share_however_much_else_there_is_to_write() throws InterruptedException {
        IngestQueue queue = new IngestQueue(1, 1 << 20);
        for (long sequence = 1; sequence <= 10; sequence++) {
            queue.offer(history(1, sequence), woken::incrementAndGet);
        }
        int written = 0;
        for (long sequence = 1; sequence <= 80; sequence++) {
            queue.offer(batch(2, sequence), woken::incrementAndGet);
            queue.offer(batch(2, sequence), woken::incrementAndGet);
            written += queue.take(0, 1, Duration.ZERO).items().get(0) instanceof IngestItem.HistoryBatch ? 1 : 0;
        }

        assertThat(written).isBetween(5, 10);
    }

    @Test
    void a_closed_queue_is_drained_and_then_empty() throws InterruptedException {
        IngestQueue queue = new IngestQueue(1, 1 << 20);
        queue.offer(batch(1, 1), woken::incrementAndGet);
        queue.close();

        assertThat(queue.take(0, 10, Duration.ofMinutes(1)).items()).containsExactly(batch(1, 1));
        assertThat(queue.take(0, 10, Duration.ofMinutes(1)).items()).isEmpty();
    }

    private static IngestItem.HistoryBatch history(int machineId, long sequence) {
        IngestItem.LiveBatch live = batch(machineId, sequence);
        return new IngestItem.HistoryBatch(live.session(), AnnouncedGpus.NONE, live.readings(), sequence);
    }

    private static IngestItem.Report report(int machineId, int gpus) {
        GpuInfo gpu = GpuInfo.withoutLimits("GPU-1", "H200", "");
        return new IngestItem.Report(
                session(machineId),
                new Inventory("", "", "", "", "", 0, 0, "", nCopies(gpus, gpu), "", OptionalInt.empty()));
    }

    private static Session session(int machineId) {
        return new Session(machineId, "box" + machineId, 1, new UUID(0, 1), null);
    }

    private static IngestItem.LiveBatch batch(int machineId, long sequence) {
        return new IngestItem.LiveBatch(
                session(machineId),
                AnnouncedGpus.NONE,
                List.of(TestReadings.reading(sequence, NOW, Metric.CPU_TEMP_C, 45)),
                NOW,
                Duration.ZERO);
    }
}
