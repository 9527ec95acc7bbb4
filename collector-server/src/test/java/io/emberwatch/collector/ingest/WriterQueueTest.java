package io.emberwatch.collector.ingest;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Machines take turns, by the work that they make: nobody waits behind what another has to write. */
class WriterQueueTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final int MAX_READINGS = 2_000;
    private static final int HONEST = 99;

    private final WriterQueue queue = new WriterQueue();

    @Test
    void an_honest_reading_is_in_the_next_transaction_whatever_ten_others_have_queued() {
        for (int machineId = 1; machineId <= 10; machineId++) {
            for (int i = 0; i < 300; i++) {
                queue.add(report(machineId, 64));
                queue.add(gap(machineId, i + 1));
            }
            queue.add(readings(machineId, 1, 900, 64));
        }
        take(MAX_READINGS);

        queue.add(readings(HONEST, 1, 1, 16));

        assertThat(take(MAX_READINGS)).contains(readings(HONEST, 1, 1, 16));
    }

    @Test
    void nobody_gets_more_than_twice_the_share_of_another_while_both_have_more() {
        for (int i = 0; i < 1_000; i++) {
            queue.add(readings(1, 1 + 100L * i, 100, 0));
            queue.add(readings(2, 1 + i, 1, 4));
            queue.add(report(3, 64));
        }
        Map<Integer, Integer> work = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            take(4_000).forEach(item -> work.merge(item.machineId(), item.work(), Integer::sum));
        }

        assertThat(work.values()).allSatisfy(share -> assertThat(share).isBetween(2_000, 8_000));
    }

    @Test
    void one_transaction_takes_a_bounded_amount_of_work_also_of_a_single_frame() {
        queue.add(readings(1, 1, 900, 64));
        List<Integer> work = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        List<IngestItem> taken = new ArrayList<>();
        while (queue.hasTurn(0)) {
            List<IngestItem> portion = take(MAX_READINGS);
            taken.addAll(portion);
            work.add(portion.stream().mapToInt(IngestItem::work).sum());
            portion.forEach(
                    item -> ((IngestItem.Batch) item).readings().forEach(reading -> sequences.add(reading.sequence())));
        }

        assertThat(work).hasSizeBetween(12, 20).allMatch(each -> each <= WriterQueue.MAX_WORK * 5 / 4);
        assertThat(sequences)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 900).boxed().toList());
        assertThat(taken.stream()
                        .filter(item -> ((IngestItem.Batch) item).session().equals(session(1))))
                .as("pieces of which the session hears")
                .containsExactly(taken.get(taken.size() - 1));
    }

    @Test
    void a_machine_alone_fills_whole_transactions() {
        for (int i = 0; i < 100; i++) {
            queue.add(readings(1, 1 + 50L * i, 50, 0));
        }

        assertThat(take(MAX_READINGS)).hasSize(40);
    }

    @Test
    void however_it_is_taken_each_machine_keeps_its_order_and_nothing_is_lost() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<IngestItem> added = new ArrayList<>();
        List<IngestItem> written = new ArrayList<>();
        for (int i = 1; added.size() < 5_000 || queue.hasTurn(i) || queue.pauseNanos(i) < 100; i++) {
            if (added.size() < 5_000) {
                IngestItem item = randomItem(random, i);
                queue.add(item);
                added.add(item);
            }
            if (random.nextInt(20) == 0 || added.size() == 5_000) {
                List<IngestItem> taken = queue.take(1 + random.nextInt(50), i).items();
                int machineId = random.nextInt(7);
                switch (random.nextInt(5)) {
                    case 0 -> queue.putBack(taken);
                    case 1 -> {
                        queue.putBack(taken.stream()
                                .filter(item -> item.machineId() == machineId)
                                .toList());
                        queue.setAlone(machineId, random.nextBoolean());
                        queue.pause(machineId, i + 20, random.nextBoolean());
                        taken.stream()
                                .filter(item -> item.machineId() != machineId)
                                .forEach(written::add);
                    }
                    default -> written.addAll(taken);
                }
            }
        }

        assertThat(written).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(added);
        for (int machineId = 0; machineId < 7; machineId++) {
            List<IngestItem> in = of(machineId, added);
            List<IngestItem> out = of(machineId, written);
            assertThat(notHistory(out)).as("seed %d", seed).isEqualTo(notHistory(in));
            for (IngestItem item : in) {
                if (item instanceof IngestItem.HistoryBatch) {
                    assertThat(out.subList(0, out.indexOf(item)))
                            .as("seed %d: before %s", seed, item)
                            .containsAll(in.subList(0, in.indexOf(item)));
                }
            }
        }
    }

    @Test
    void who_pauses_is_passed_over_until_then_and_then_goes_on_in_its_order() {
        queue.add(gap(1, 1));
        queue.add(gap(2, 1));
        queue.putBack(List.of(gap(1, 7)));
        queue.pause(1, 100, false);

        assertThat(take(MAX_READINGS)).containsExactly(gap(2, 1));
        assertThat(queue.hasTurn(99)).isFalse();
        assertThat(queue.pauseNanos(60)).isEqualTo(40);
        assertThat(queue.hasTurn(100)).isTrue();
        assertThat(queue.take(MAX_READINGS, 100).items()).containsExactly(gap(1, 7), gap(1, 1));
    }

    @Test
    void who_waits_with_its_history_goes_on_live() {
        queue.add(history(1, 1, 10));
        queue.add(readings(1, 11, 1, 0));
        queue.pause(1, 100, true);

        assertThat(take(MAX_READINGS)).containsExactly(readings(1, 11, 1, 0));
        assertThat(queue.hasTurn(99)).isFalse();
        assertThat(queue.take(MAX_READINGS, 100).items()).containsExactly(history(1, 1, 10));
    }

    @Test
    void who_goes_alone_takes_turns_with_all_others_and_takes_little() {
        for (int i = 0; i < 100; i++) {
            queue.add(readings(1, 1 + 50L * i, 50, 0));
            queue.add(readings(2, 1 + 2_000L * i, 1_000, 1));
        }
        queue.setAlone(1, true);
        List<Boolean> turns = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            WriterQueue.Turn turn = queue.take(MAX_READINGS, 0);
            turns.add(turn.isAlone());
            assertThat(turn.items()).allMatch(item -> item.machineId() == (turn.isAlone() ? 1 : 2));
            assertThat(turn.items().stream().mapToInt(IngestItem::readingCount).sum())
                    .isLessThanOrEqualTo(turn.isAlone() ? 100 : MAX_READINGS);
        }

        assertThat(turns).containsExactly(false, true, false, true, false, true);
    }

    private static IngestItem randomItem(Random random, int number) {
        int machineId = random.nextInt(7);
        return switch (random.nextInt(3)) {
            case 0 -> gap(machineId, number);
            case 1 -> history(machineId, number, 1);
            default -> readings(machineId, number, 1, random.nextInt(5));
        };
    }

    private static List<IngestItem> of(int machineId, List<IngestItem> items) {
        return items.stream().filter(item -> item.machineId() == machineId).toList();
    }

    private static List<IngestItem> notHistory(List<IngestItem> items) {
        return items.stream()
                .filter(item -> !(item instanceof IngestItem.HistoryBatch))
                .toList();
    }

    private static IngestItem.HistoryBatch history(int machineId, long first, int count) {
        IngestItem.LiveBatch live = readings(machineId, first, count, 0);
        return new IngestItem.HistoryBatch(live.session(), AnnouncedGpus.NONE, live.readings(), first + count - 1);
    }

    private List<IngestItem> take(int maxReadings) {
        return queue.take(maxReadings, 0).items();
    }

    private static IngestItem.LiveBatch readings(int machineId, long first, int count, int gpus) {
        List<GpuValues> cards = IntStream.range(0, gpus)
                .mapToObj(index -> new GpuValues(index, MetricValues.empty(Scope.GPU), List.of()))
                .toList();
        List<Reading> readings = LongStream.range(first, first + count)
                .mapToObj(sequence -> new Reading(sequence, NOW, MetricValues.empty(Scope.MACHINE), cards))
                .toList();
        return new IngestItem.LiveBatch(session(machineId), AnnouncedGpus.NONE, readings, NOW, Duration.ZERO);
    }

    private static IngestItem.Report report(int machineId, int gpus) {
        GpuInfo gpu = GpuInfo.withoutLimits("GPU-1", "H200", "");
        return new IngestItem.Report(
                session(machineId),
                new Inventory("", "", "", "", "", 0, 0, "", nCopies(gpus, gpu), "", OptionalInt.empty()));
    }

    private static IngestItem.Gap gap(int machineId, long sequence) {
        return new IngestItem.Gap(
                session(machineId), new Lost(sequence, sequence, 1, NOW, NOW, Lost.Reason.SPOOL_FULL));
    }

    private static Session session(int machineId) {
        return new Session(machineId, "box" + machineId, 1, new UUID(0, 1), null);
    }
}
