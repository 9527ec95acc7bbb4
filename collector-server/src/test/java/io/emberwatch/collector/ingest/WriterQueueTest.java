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
        queue.take(MAX_READINGS);

        queue.add(readings(HONEST, 1, 1, 16));

        assertThat(queue.take(MAX_READINGS)).contains(readings(HONEST, 1, 1, 16));
    }

    @Test
    void nobody_gets_more_than_twice_the_share_of_another_while_both_have_more() {
        for (int i = 0; i < 1_000; i++) {
            queue.add(readings(1, 1 + 100L * i, 100, 0));
            queue.add(readings(2, 1 + i, 1, 4));
            queue.add(report(3, 64));
        }
        Map<Integer, Integer> work = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            queue.take(4_000).forEach(item -> work.merge(item.machineId(), item.work(), Integer::sum));
        }

        assertThat(work.values()).allSatisfy(share -> assertThat(share).isBetween(2_000, 8_000));
    }

    @Test
    void one_transaction_takes_a_bounded_amount_of_work_also_of_a_single_frame() {
        queue.add(readings(1, 1, 900, 64));
        List<Integer> work = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        List<IngestItem> taken = new ArrayList<>();
        while (queue.hasTurn()) {
            List<IngestItem> portion = queue.take(MAX_READINGS);
            taken.addAll(portion);
            work.add(portion.stream().mapToInt(IngestItem::work).sum());
            portion.forEach(
                    item -> ((IngestItem.Batch) item).readings().forEach(reading -> sequences.add(reading.sequence())));
        }

        assertThat(work).hasSizeBetween(5, 8).allMatch(each -> each <= WriterQueue.MAX_WORK * 5 / 4);
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

        assertThat(queue.take(MAX_READINGS)).hasSize(40);
    }

    @Test
    void however_it_is_taken_each_machine_keeps_its_order_and_nothing_is_lost() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<Integer, List<IngestItem>> added = new HashMap<>();
        Map<Integer, List<IngestItem>> taken = new HashMap<>();
        for (int i = 1; i <= 5_000; i++) {
            int machineId = random.nextInt(7);
            IngestItem item = random.nextBoolean() ? gap(machineId, i) : readings(machineId, i, 1, random.nextInt(5));
            queue.add(item);
            added.computeIfAbsent(machineId, id -> new ArrayList<>()).add(item);
            if (random.nextInt(50) == 0) {
                queue.take(1 + random.nextInt(50))
                        .forEach(one -> taken.computeIfAbsent(one.machineId(), id -> new ArrayList<>())
                                .add(one));
            }
        }
        while (queue.hasTurn()) {
            queue.take(100)
                    .forEach(one -> taken.computeIfAbsent(one.machineId(), id -> new ArrayList<>())
                            .add(one));
        }

        assertThat(taken).as("seed %d", seed).isEqualTo(added);
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
