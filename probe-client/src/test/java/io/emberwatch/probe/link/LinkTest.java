package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.Fixtures.inventory;
import static io.emberwatch.probe.testing.Fixtures.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.sample.Sample;
import io.emberwatch.probe.spool.MemorySpool;
import io.emberwatch.probe.testing.FakeCollector;
import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.protocol.Ack;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Durable;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Ping;
import io.emberwatch.protocol.Pong;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Refused;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The link against a collector on a real socket. */
@Timeout(30)
final class LinkTest {
    private static final LinkTiming PATIENT = new LinkTiming(
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofMillis(500));
    private static final LinkTiming HASTY = new LinkTiming(
            Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofMillis(600), Duration.ofMillis(100));
    private static final UUID INSTANCE = UUID.randomUUID();

    private final MemorySpool spool = new MemorySpool(10_000, 1 << 30);
    private final AtomicLong nanos = new AtomicLong();
    private final SamplingPulse pulse = new SamplingPulse(Duration.ofSeconds(5), Instant.EPOCH, nanos::get);
    private final AtomicReference<Inventory> inventory = new AtomicReference<>(inventory());
    private final List<Welcome> welcomes = new CopyOnWriteArrayList<>();
    private FakeCollector collector;
    private Link link;
    private Thread thread;

    @BeforeEach
    void startCollector() throws IOException {
        collector = new FakeCollector();
    }

    @AfterEach
    void stopAll() throws IOException, InterruptedException {
        collector.close();
        if (link != null) {
            link.stop(Duration.ZERO);
            link.abort();
            thread.join(5000);
            assertThat(thread.isAlive()).as("link thread lives on").isFalse();
        }
    }

    @Test
    void hello_says_who_the_probe_is_and_what_it_speaks() throws Exception {
        start(PATIENT);

        Hello hello = collector.accept().expect(Hello.class);

        assertThat(hello.versions()).containsExactly(Message.VERSION);
        assertThat(hello.machineName()).isEqualTo("gpu-1");
        assertThat(hello.bootId()).isEqualTo(spool.bootId());
        assertThat(hello.instanceId()).isEqualTo(INSTANCE);
        assertThat(hello.probeVersion()).isEqualTo("1.2.3");
    }

    @Test
    void no_nonce_is_used_twice() throws Exception {
        start(PATIENT);

        Bytes32 first;
        try (Peer peer = collector.accept()) {
            first = peer.expect(Hello.class).nonce();
        }

        assertThat(collector.accept().expect(Hello.class).nonce()).isNotEqualTo(first);
    }

    @Test
    void a_collector_that_does_not_know_the_key_is_told_nothing_and_left_alone_for_minutes() throws Exception {
        append(3);
        start(PATIENT);

        Peer impostor = collector.accept();
        impostor.challenge(impostor.expect(Hello.class));
        impostor.send(welcome(4, 0));

        assertThat(messagesUntilClosed(impostor)).isEmpty();
        assertThat(collector.isLeftAlone(Duration.ofSeconds(1))).isTrue();
        assertThat(welcomes).isEmpty();
    }

    @Test
    void a_welcome_without_a_challenge_is_not_believed() throws Exception {
        append(3);
        start(PATIENT);

        Peer impostor = collector.accept();
        impostor.expect(Hello.class);
        impostor.send(welcome(4, 0));

        assertThat(messagesUntilClosed(impostor)).isEmpty();
        assertThat(welcomes).isEmpty();
    }

    @Test
    void after_welcome_comes_the_inventory_and_then_what_the_spool_holds() throws Exception {
        append(3);
        start(PATIENT);

        Peer peer = collector.acceptAndWelcome(welcome(4, 0));

        assertThat(peer.expect(Inventory.class)).isEqualTo(inventory());
        assertThat(sequences(peer.expect(Readings.class))).containsExactly(1L, 2L, 3L);
        assertThat(welcomes).hasSize(1);
    }

    @Test
    void a_reading_taken_while_connected_is_sent_at_once() throws Exception {
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        append(1);

        assertThat(sequences(peer.expect(Readings.class))).containsExactly(1L);
    }

    @Test
    void an_acknowledgement_frees_the_spool_up_to_its_sequence() throws Exception {
        append(5);
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        peer.send(new Ack(Durable.upTo(3)));

        await().until(() -> spool.depth() == 2);
    }

    @Test
    void no_more_batches_are_in_flight_than_the_collector_allows() throws Exception {
        append(2000);
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(2, 0));
        peer.expect(Inventory.class);

        peer.expect(Readings.class);
        Readings second = peer.expect(Readings.class);
        assertThat(peer.isQuiet()).isTrue();
        peer.send(new Ack(Durable.upTo(second.firstSequence() - 1)));

        assertThat(peer.expect(Readings.class).firstSequence()).isEqualTo(second.lastSequence() + 1);
    }

    @Test
    void no_frame_is_longer_than_the_collector_allows() throws Exception {
        append(300);
        start(PATIENT);
        Welcome strict = new Welcome(
                Message.VERSION,
                Optional.empty(),
                WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME,
                1000,
                Instant.now(),
                Durable.NOTHING,
                Bytes32.ZERO);
        Peer peer = collector.acceptAndWelcome(strict);
        peer.expect(Inventory.class);

        long last = 0;
        while (last < 300) {
            Readings batch = peer.expect(Readings.class);
            assertThat(batch.firstSequence()).isEqualTo(last + 1);
            assertThat(io.emberwatch.protocol.MessageCodec.encode(batch).remaining() - Integer.BYTES)
                    .isLessThanOrEqualTo(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME);
            last = batch.lastSequence();
        }
    }

    @Test
    void what_was_not_acknowledged_is_sent_again_on_the_next_session() throws Exception {
        append(3);
        start(PATIENT);
        try (Peer first = collector.acceptAndWelcome(welcome(4, 0))) {
            first.expect(Inventory.class);
            first.expect(Readings.class);
        }

        Peer second = collector.acceptAndWelcome(welcome(4, 0));
        second.expect(Inventory.class);

        assertThat(sequences(second.expect(Readings.class))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void a_session_goes_on_behind_what_is_already_durable() throws Exception {
        append(3);
        start(PATIENT);

        Peer peer = collector.acceptAndWelcome(welcome(4, 2));
        peer.expect(Inventory.class);

        assertThat(sequences(peer.expect(Readings.class))).containsExactly(3L);
        assertThat(spool.depth()).isEqualTo(1);
    }

    @Test
    void a_refusal_is_followed_by_a_pause_at_least_as_long_as_asked_for() throws Exception {
        start(PATIENT);
        Peer peer = collector.accept();
        peer.expect(Hello.class);
        peer.send(new Refused(RefusalCode.BUSY, "full", Duration.ofMillis(400)));
        long refusedNanos = System.nanoTime();

        collector.accept();

        assertThat(Duration.ofNanos(System.nanoTime() - refusedNanos))
                .isGreaterThanOrEqualTo(
                        Duration.ofMillis(400).plus(Backoff.SHORTEST).minusMillis(5));
    }

    @Test
    void an_inventory_that_changes_is_sent_again() throws Exception {
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        inventory.set(inventory("GPU-a"));
        append(sample("GPU-a"));

        assertThat(peer.expect(Inventory.class)).isEqualTo(inventory("GPU-a"));
        assertThat(gpuIndexes(peer.expect(Readings.class))).containsExactly(0);
    }

    @Test
    void a_reading_of_a_gpu_that_is_gone_is_preceded_by_an_inventory_that_names_it() throws Exception {
        inventory.set(inventory("GPU-b"));
        append(sample("GPU-a", "GPU-b"));
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));

        assertThat(uuids(peer.expect(Inventory.class))).containsExactly("GPU-b");
        assertThat(uuids(peer.expect(Inventory.class))).containsExactly("GPU-b", "GPU-a");
        assertThat(gpuIndexes(peer.expect(Readings.class))).containsExactly(1, 0);
        assertThat(peer.isQuiet()).isTrue();
    }

    @Test
    void a_ping_is_answered() throws Exception {
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        peer.send(new Ping(42));

        assertThat(peer.expect(Pong.class)).isEqualTo(new Pong(42));
    }

    @Test
    void after_silence_the_probe_asks_for_a_sign_of_life_and_then_gives_up() throws Exception {
        start(HASTY);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        peer.expect(Ping.class);

        assertThat(peer.isClosedByProbe()).isTrue();
        collector.accept().expect(Hello.class);
    }

    @Test
    void a_collector_that_answers_is_not_given_up() throws Exception {
        start(HASTY);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        for (int i = 0; i < 5; i++) {
            peer.send(new Pong(peer.expect(Ping.class).nonce()));
        }

        append(1);
        assertThat(sequences(firstReadings(peer))).containsExactly(1L);
    }

    @Test
    void a_collector_that_does_not_answer_hello_is_given_up() throws Exception {
        start(HASTY);
        Peer silent = collector.accept();
        silent.expect(Hello.class);

        assertThat(silent.isClosedByProbe()).isTrue();
        collector.accept().expect(Hello.class);
    }

    @Test
    void an_acknowledgement_of_what_was_never_sent_ends_the_session_and_loses_nothing() throws Exception {
        append(2);
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        peer.send(new Ack(Durable.upTo(3)));

        assertThat(peer.isClosedByProbe()).isTrue();
        assertThat(spool.depth()).isEqualTo(2);
    }

    @Test
    void when_the_collector_says_goodbye_the_probe_comes_back() throws Exception {
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        peer.send(new Bye(Bye.Reason.COLLECTOR_STOPPING, "restart"));

        collector.accept().expect(Hello.class);
    }

    @Test
    void a_stop_waits_for_the_acknowledgement_and_says_goodbye() throws Exception {
        append(2);
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        link.stop(Duration.ofSeconds(10));
        assertThat(peer.isQuiet()).isTrue();
        peer.send(new Ack(Durable.upTo(2)));

        assertThat(peer.expect(Bye.class).reason()).isEqualTo(Bye.Reason.STOPPED);
        peer.close();
        thread.join(5000);
        assertThat(spool.depth()).isZero();
    }

    @Test
    void a_stop_says_goodbye_after_its_grace_even_without_acknowledgement() throws Exception {
        append(2);
        start(PATIENT);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        link.stop(Duration.ofMillis(300));

        assertThat(peer.expect(Bye.class).reason()).isEqualTo(Bye.Reason.STOPPED);
        thread.join(5000);
        assertThat(spool.depth()).isEqualTo(2);
    }

    @Test
    void a_stop_while_the_collector_is_away_does_not_wait_for_it() throws Exception {
        collector.close();
        append(1);
        start(PATIENT);

        link.stop(Duration.ofSeconds(10));
        thread.join(5000);

        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void while_sampling_hangs_the_probe_is_gone_without_goodbye_and_comes_back_with_the_next_sample() throws Exception {
        start(HASTY);
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        nanos.addAndGet(SamplingPulse.SHORTEST_PATIENCE.toNanos());

        assertThat(messagesUntilClosed(peer)).noneMatch(Bye.class::isInstance);
        assertThat(collector.isLeftAlone(Duration.ofSeconds(2))).isTrue();

        pulse.sampled(Instant.EPOCH.plusSeconds(40));
        append(1);

        Peer again = collector.acceptAndWelcome(welcome(4, 0));
        again.expect(Inventory.class);
        assertThat(sequences(again.expect(Readings.class))).containsExactly(1L);
    }

    @Test
    void a_probe_whose_sampling_hangs_can_be_stopped() throws Exception {
        nanos.addAndGet(SamplingPulse.SHORTEST_PATIENCE.toNanos());
        start(PATIENT);

        link.stop(Duration.ofSeconds(10));
        thread.join(5000);

        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void an_error_of_ours_costs_a_session_but_no_reading() throws Exception {
        append(1);
        start(PATIENT, welcome -> {
            welcomes.add(welcome);
            if (welcomes.size() == 1) {
                throw new IllegalStateException("defect");
            }
        });

        assertThat(collector.acceptAndWelcome(welcome(4, 0)).isClosedByProbe()).isTrue();

        Peer again = collector.acceptAndWelcome(welcome(4, 0));
        again.expect(Inventory.class);
        assertThat(sequences(again.expect(Readings.class))).containsExactly(1L);
    }

    private void start(LinkTiming timing) {
        start(timing, welcomes::add);
    }

    private void start(LinkTiming timing, Consumer<Welcome> onWelcome) {
        link = new Link(
                new LinkIdentity("gpu-1", FakeCollector.KEY, "1.2.3", INSTANCE),
                collector.connector(),
                spool,
                pulse,
                inventory::get,
                onWelcome,
                timing,
                CatchUpLimits.USUAL,
                Clock.systemUTC(),
                // The shortest of each range.
                () -> 0L);
        thread = new Thread(link, "link");
        thread.start();
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            append(sample());
        }
    }

    private void append(Sample sample) {
        spool.append(sample);
        if (link != null) {
            link.nudge();
        }
    }

    private static List<Message> messagesUntilClosed(Peer peer) throws ProtocolException {
        List<Message> messages = new ArrayList<>();
        try {
            while (true) {
                messages.add(peer.receive());
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the probe stays connected", e);
        } catch (IOException e) {
            return messages;
        }
    }

    private static Readings firstReadings(Peer peer) throws IOException, ProtocolException {
        Message message = peer.receive();
        while (!(message instanceof Readings)) {
            message = peer.receive();
        }
        return (Readings) message;
    }

    private static List<Long> sequences(Readings batch) {
        List<Long> sequences = new ArrayList<>();
        batch.readings().forEach(reading -> sequences.add(reading.sequence()));
        return sequences;
    }

    private static List<Integer> gpuIndexes(Readings batch) {
        return batch.readings().get(0).gpus().stream().map(GpuValues::index).toList();
    }

    private static List<String> uuids(Inventory sent) {
        return sent.gpus().stream().map(GpuInfo::uuid).toList();
    }
}
