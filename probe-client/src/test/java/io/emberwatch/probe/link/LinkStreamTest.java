package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.Fixtures.inventory;
import static io.emberwatch.probe.testing.Fixtures.sample;
import static io.emberwatch.probe.testing.LinkFixture.LONG_TIMEOUTS;
import static io.emberwatch.probe.testing.Sent.gpuIndexes;
import static io.emberwatch.probe.testing.Sent.sequences;
import static io.emberwatch.probe.testing.Sent.uuids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.LinkFixture;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How readings travel once a collector on a real socket has welcomed the probe. */
@Timeout(120)
final class LinkStreamTest {
    @AutoClose
    private final LinkFixture probe = new LinkFixture();

    LinkStreamTest() throws IOException {}

    @Test
    void after_welcome_comes_the_inventory_and_then_what_the_spool_holds() throws Exception {
        probe.append(3);
        probe.start(LONG_TIMEOUTS);

        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));

        assertThat(peer.expect(Inventory.class)).isEqualTo(inventory());
        assertThat(sequences(peer.expect(Readings.class))).containsExactly(1L, 2L, 3L);
        assertThat(probe.welcomes()).hasSize(1);
    }

    @Test
    void a_reading_taken_while_connected_is_sent_at_once() throws Exception {
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        probe.append(1);

        assertThat(sequences(peer.expect(Readings.class))).containsExactly(1L);
    }

    @Test
    void gpu_processes_are_reported_after_the_inventory_and_again_in_each_session() throws Exception {
        probe.inventory().set(inventory("GPU-a"));
        probe.runs(new GpuProcess("GPU-a", 4242, "python3", "ana", 5));
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        GpuProcesses reported = peer.expect(GpuProcesses.class);
        peer.close();

        assertThat(reported.processes()).containsExactly(new GpuProcesses.OnGpu(0, 4242, "python3", "ana", 5));
        Peer next = probe.collector().acceptAndWelcome(welcome(4, 0));
        next.expect(Inventory.class);
        assertThat(next.expect(GpuProcesses.class).processes()).isEqualTo(reported.processes());
    }

    @Test
    void an_acknowledgement_frees_the_spool_up_to_its_sequence() throws Exception {
        probe.append(5);
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        peer.send(new Ack(AcknowledgedRange.upTo(3)));

        await().until(() -> probe.spool().depth() == 2);
    }

    @Test
    void no_more_batches_are_in_flight_than_the_collector_allows() throws Exception {
        probe.append(2000);
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcomeWithShortFrames(2));
        peer.expect(Inventory.class);

        peer.expect(Readings.class);
        Readings second = peer.expect(Readings.class);
        assertThat(peer.isQuiet()).isTrue();
        peer.send(new Ack(AcknowledgedRange.upTo(second.firstSequence() - 1)));

        assertThat(peer.expect(Readings.class).firstSequence()).isEqualTo(second.lastSequence() + 1);
    }

    @Test
    void no_frame_is_longer_than_the_collector_allows() throws Exception {
        probe.append(300);
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcomeWithShortFrames(1000));
        peer.expect(Inventory.class);

        long last = 0;
        while (last < 300) {
            Readings batch = peer.expect(Readings.class);
            assertThat(batch.firstSequence()).isEqualTo(last + 1);
            assertThat(MessageCodec.encode(batch).remaining() - Integer.BYTES)
                    .isLessThanOrEqualTo(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME);
            last = batch.lastSequence();
        }
    }

    @Test
    void what_was_not_acknowledged_is_sent_again_on_the_next_session() throws Exception {
        probe.append(3);
        probe.start(LONG_TIMEOUTS);
        try (Peer first = probe.collector().acceptAndWelcome(welcome(4, 0))) {
            first.expect(Inventory.class);
            first.expect(Readings.class);
        }

        Peer second = probe.collector().acceptAndWelcome(welcome(4, 0));
        second.expect(Inventory.class);

        assertThat(sequences(second.expect(Readings.class))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void a_session_goes_on_behind_what_is_already_durable() throws Exception {
        probe.append(3);
        probe.start(LONG_TIMEOUTS);

        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 2));
        peer.expect(Inventory.class);

        assertThat(sequences(peer.expect(Readings.class))).containsExactly(3L);
        assertThat(probe.spool().depth()).isEqualTo(1);
    }

    @Test
    void an_inventory_that_changes_is_sent_again() throws Exception {
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        probe.inventory().set(inventory("GPU-a"));
        probe.append(sample("GPU-a"));

        assertThat(peer.expect(Inventory.class)).isEqualTo(inventory("GPU-a"));
        assertThat(gpuIndexes(peer.expect(Readings.class))).containsExactly(0);
    }

    @Test
    void a_reading_of_a_gpu_that_is_gone_is_preceded_by_an_inventory_that_names_it() throws Exception {
        probe.inventory().set(inventory("GPU-b"));
        probe.append(sample("GPU-a", "GPU-b"));
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));

        assertThat(uuids(peer.expect(Inventory.class))).containsExactly("GPU-b");
        assertThat(uuids(peer.expect(Inventory.class))).containsExactly("GPU-b", "GPU-a");
        assertThat(gpuIndexes(peer.expect(Readings.class))).containsExactly(1, 0);
        assertThat(peer.expect(GpuProcesses.class).processes()).isEmpty();
        assertThat(peer.isQuiet()).isTrue();
    }

    @Test
    void an_acknowledgement_of_what_was_never_sent_ends_the_session_and_loses_nothing() throws Exception {
        probe.append(2);
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        peer.send(new Ack(AcknowledgedRange.upTo(3)));

        assertThat(peer.isClosedByProbe()).isTrue();
        assertThat(probe.spool().depth()).isEqualTo(2);
    }

    private static Welcome welcomeWithShortFrames(int maxBatchesInFlight) {
        return new Welcome(
                Message.VERSION,
                Optional.empty(),
                WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME,
                maxBatchesInFlight,
                Instant.now(),
                AcknowledgedRange.NOTHING,
                Bytes32.ZERO);
    }
}
