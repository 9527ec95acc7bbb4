package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.Fixtures.inventory;
import static io.emberwatch.probe.testing.Fixtures.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.WireLimits;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class BatcherTest {
    private final GpuIndex gpus = new GpuIndex();

    @Test
    void the_wildest_values_never_make_a_frame_too_long() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] uuids = IntStream.range(0, 8).mapToObj(i -> "GPU-" + i).toArray(String[]::new);
        gpus.announce(inventory(uuids), List.of());
        List<Sample.Numbered> readings = LongStream.rangeClosed(1, 1000)
                .mapToObj(sequence -> new Sample.Numbered(sequence, wild(random, uuids)))
                .toList();

        for (int limit : new int[] {1024, 5000, WireLimits.MAX_FRAME_BYTES}) {
            Readings batch = batchOf(readings, limit);

            assertThat(frameBytes(batch)).as("limit %d, seed %d", limit, seed).isLessThanOrEqualTo(limit);
        }
    }

    @Test
    void a_frame_is_filled_up_although_readings_could_be_much_longer_than_they_are() {
        String[] uuids = IntStream.range(0, 8).mapToObj(i -> "GPU-" + i).toArray(String[]::new);
        gpus.announce(inventory(uuids), List.of());
        List<Sample.Numbered> readings = LongStream.rangeClosed(1, 1000)
                .mapToObj(sequence -> new Sample.Numbered(sequence, sample(uuids)))
                .toList();

        assertThat(frameBytes(batchOf(readings, 20_000))).isBetween(15_000, 20_000);
    }

    @Test
    void one_reading_too_long_for_a_frame_goes_without_its_gpus() {
        String[] uuids = IntStream.range(0, 64).mapToObj(i -> "GPU-" + i).toArray(String[]::new);
        gpus.announce(inventory(uuids), List.of());

        Readings batch = batchOf(List.of(new Sample.Numbered(1, wild(new Random(1), uuids))), 1024);

        assertThat(batch.readings()).hasSize(1);
        assertThat(batch.readings().get(0).gpus()).isEmpty();
    }

    @Test
    void a_gpu_that_found_no_place_in_the_inventory_is_left_out() {
        gpus.announce(inventory("GPU-a"), List.of());

        Readings batch = batchOf(List.of(new Sample.Numbered(1, sample("GPU-a", "GPU-b"))), 1024);

        assertThat(batch.readings().get(0).gpus()).hasSize(1);
    }

    @Test
    void of_two_cards_with_one_identity_the_first_is_kept() {
        gpus.announce(inventory("GPU-a", "GPU-a", "GPU-b"), List.of());

        Readings batch = batchOf(List.of(new Sample.Numbered(1, sample("GPU-a", "GPU-a", "GPU-b"))), 1024);

        assertThat(batch.readings().get(0).gpus()).extracting(GpuValues::index).containsExactly(0, 1);
    }

    private Readings batchOf(List<Sample.Numbered> readings, int maxFrameBytes) {
        return new Readings(Batcher.fill(readings, gpus, maxFrameBytes));
    }

    private static Sample wild(Random random, String... uuids) {
        return new Sample(
                Instant.ofEpochMilli(random.nextLong(1L << 47)),
                wildValues(random, Scope.MACHINE),
                List.of(uuids).stream()
                        .map(uuid -> new GpuSample(uuid, wildValues(random, Scope.GPU)))
                        .toList());
    }

    private static MetricValues wildValues(Random random, Scope scope) {
        MetricValues.Builder values = MetricValues.builder(scope);
        for (Metric metric : scope.metrics()) {
            values.setRaw(metric, random.nextLong(metric.minRaw(), metric.maxRaw() + 1));
        }
        return values.build();
    }

    private static int frameBytes(Readings batch) {
        return MessageCodec.encode(batch).remaining() - Integer.BYTES;
    }
}
