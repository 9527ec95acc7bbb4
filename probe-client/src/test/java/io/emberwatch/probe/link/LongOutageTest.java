package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.spool.disk.DiskSpool;
import io.emberwatch.probe.spool.disk.TestSpools;
import io.emberwatch.probe.testing.FakeCollector;
import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.Fixtures;
import io.emberwatch.probe.testing.LinkFixture;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A day without a collector, on a machine with eight GPUs: spool, link and socket together. */
@Tag("integration")
@Timeout(180)
final class LongOutageTest {
    private static final int READINGS = 24 * 60 * 60 / 5;
    private static final Instant MIDNIGHT = Instant.parse("2026-11-20T00:00:00Z");
    /** A third of the heap that the probe runs with. */
    private static final long MEMORY_BYTES = 16L << 20;

    private static final SpoolLimits LIMITS = new SpoolLimits(64L << 20, Duration.ofDays(7), MEMORY_BYTES);

    @TempDir
    Path folder;

    private DiskSpool spool;
    private FakeCollector collector;
    private Link link;
    private Thread linkThread;

    @BeforeEach
    void a_day_passes() throws Exception {
        collector = new FakeCollector();
        spool = TestSpools.withLongTimeouts(folder, LIMITS, Duration.ofSeconds(1), new UUID(1, 1));
        for (int i = 0; i < READINGS; i++) {
            spool.append(sample(i));
        }
    }

    @AfterEach
    void stop() throws Exception {
        collector.close();
        if (link != null) {
            link.stop(Duration.ZERO);
            link.abort();
            linkThread.join(30_000);
        }
        spool.close();
    }

    @Test
    void it_is_kept_within_bounds_and_arrives_as_a_whole() throws Exception {
        assertThat(spool.depth()).isEqualTo(READINGS);
        assertThat(bytesOnDisk()).isLessThan(LIMITS.maxBytes());

        connect();
        List<Reading> arrived = new ArrayList<>();
        try (Peer peer = collector.acceptAndWelcome(welcome(4, 0))) {
            AcknowledgedRange acknowledged = AcknowledgedRange.NOTHING;
            while (acknowledged.last() == 0 || acknowledged.lacksHistory()) {
                Message message = peer.receive();
                if (message instanceof Defer defer) {
                    acknowledged = acknowledged.deferredTo(defer.liveFrom());
                } else if (message instanceof Readings live) {
                    if (arrived.isEmpty()) {
                        peer.send(new Fetch(1000));
                    }
                    arrived.addAll(live.readings());
                    acknowledged = acknowledged.withLive(live.lastSequence());
                    peer.send(new Ack(acknowledged));
                } else if (message instanceof History history) {
                    arrived.addAll(history.readings());
                    acknowledged = acknowledged.withHistory(history.upTo());
                    peer.send(new Ack(acknowledged));
                    peer.send(new Fetch(1000));
                }
            }
            await().until(() -> spool.depth() == 0);
        }

        assertThat(arrived.get(0).takenAt()).as("the newest come first").isAfter(MIDNIGHT.plus(Duration.ofHours(20)));
        assertThat(arrived.stream().map(Reading::takenAt).sorted().toList())
                .isEqualTo(IntStream.range(0, READINGS)
                        .mapToObj(LongOutageTest::takenAt)
                        .toList());
        assertThat(arrived).allSatisfy(reading -> assertThat(reading.gpus()).hasSize(8));
        assertThat(spool.lossBehind(0)).isEmpty();
        // Room is made when readings are forced to disk, and so with the next one.
        spool.append(sample(READINGS));
        await().until(() -> bytesOnDisk() < LIMITS.maxBytes() / 16);
    }

    private void connect() {
        link = new Link(
                new LinkSettings(
                        new LinkSettings.Identity("gpu-1", FakeCollector.KEY, "1.2.3", LinkFixture.INSTANCE),
                        LinkFixture.LONG_TIMEOUTS,
                        LinkSettings.CatchUp.DEFAULT),
                collector.connector(),
                spool,
                // Stands still: nobody samples any more, which is no hanging, however long the link takes.
                new SamplingPulse(Duration.ofSeconds(5), Instant.now(), () -> 0L),
                Fixtures::inventory,
                List::of,
                welcome -> {},
                Clock.systemUTC(),
                () -> 0L);
        linkThread = new Thread(link, "link");
        linkThread.start();
    }

    private static Instant takenAt(int number) {
        return MIDNIGHT.plusSeconds(5L * number);
    }

    private static Sample sample(int number) {
        List<GpuSample> gpus = IntStream.range(0, 8)
                .mapToObj(gpu -> new GpuSample("GPU-" + gpu, gpu(number + gpu)))
                .toList();
        MetricValues machine = MetricValues.builder(Scope.MACHINE)
                .set(Metric.CPU_TEMP_C, 40 + number % 50)
                .build();
        return new Sample(takenAt(number), machine, gpus);
    }

    /** As many metrics as a card of a data centre has. */
    private static MetricValues gpu(int number) {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU);
        for (Metric metric : Scope.GPU.metrics()) {
            values.setRaw(metric, Math.min(1_000L + number % 100, metric.maxRaw()));
        }
        return values.build();
    }

    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
