package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.Fixtures.inventory;
import static io.emberwatch.probe.testing.Fixtures.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.testing.MemorySpool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a session sends, and in which order: live first, history when asked. */
final class OutgoingTest {
    private static final LinkSettings.CatchUp SMALL = new LinkSettings.CatchUp(20, 10, 3);
    private static final Instant NOW = Instant.parse("2026-11-02T00:00:00Z");

    private MemorySpool spool = new MemorySpool(100, 1 << 30);
    private final GpuIndex gpus = new GpuIndex();
    private Outgoing outgoing;

    @Test
    void a_few_readings_go_live_in_order_without_a_word_on_history() throws Exception {
        append(20);
        begin(welcome(4, 0));

        assertThat(allMessages())
                .singleElement()
                .satisfies(batch -> assertThat(sequences(batch)).isEqualTo(range(1, 20)));
        assertThatThrownBy(() -> outgoing.fetched(new Fetch(5)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("none was deferred");
    }

    @Test
    void of_many_readings_the_newest_go_first_and_the_others_when_they_are_fetched() throws Exception {
        append(21);
        begin(welcome(4, 0));

        List<Message> first = allMessages();
        assertThat(first.get(0)).isEqualTo(new Defer(12));
        assertThat(sequences(first.get(1))).isEqualTo(range(12, 21));
        assertThat(first).hasSize(2);

        outgoing.fetched(new Fetch(6));
        outgoing.fetched(new Fetch(6));
        List<Message> answers = allMessages();
        assertThat(answers).hasSize(2);
        assertHistory(answers.get(0), 6, range(1, 6));
        assertHistory(answers.get(1), 11, range(7, 11));
        assertThat(allMessages()).isEmpty();
    }

    @Test
    void history_is_put_off_once_a_session() {
        append(21);
        begin(welcome(4, 0));
        allMessages();

        append(50);

        assertThat(allMessages()).hasOnlyElementsOfType(Readings.class);
    }

    @Test
    void a_reading_taken_while_history_is_due_goes_before_it() throws Exception {
        append(21);
        begin(welcome(4, 0));
        allMessages();

        outgoing.fetched(new Fetch(5));
        append(1);

        List<Message> messages = allMessages();
        assertThat(sequences(messages.get(0))).containsExactly(22L);
        assertHistory(messages.get(1), 5, range(1, 5));
    }

    @Test
    void history_goes_on_though_the_collector_owes_acknowledgements_for_what_is_live() throws Exception {
        append(21);
        begin(welcome(1, 0));
        allMessages();
        append(5);
        outgoing.fetched(new Fetch(5));

        assertThat(allMessages()).singleElement().isInstanceOf(History.class);

        outgoing.acknowledged(new AcknowledgedRange(21, 1, 11));
        assertThat(sequences(allMessages().get(0))).isEqualTo(range(22, 26));
    }

    @Test
    void what_an_earlier_session_put_off_is_fetched_in_the_next() throws Exception {
        append(40);
        begin(with(new AcknowledgedRange(35, 4, 25)));

        assertThat(sequences(allMessages().get(0))).isEqualTo(range(36, 40));
        outgoing.fetched(new Fetch(1000));

        assertHistory(allMessages().get(0), 25, range(4, 25));
        assertThat(outgoing.lacksHistory()).isTrue();
        outgoing.acknowledged(AcknowledgedRange.upTo(40));
        assertThat(outgoing.lacksHistory()).isFalse();
        assertThat(spool.depth()).isZero();
    }

    @Test
    void a_fetch_behind_the_end_of_the_history_is_answered_too() throws Exception {
        append(40);
        begin(with(new AcknowledgedRange(35, 4, 25)));
        allMessages();
        for (int i = 0; i < 3; i++) {
            outgoing.fetched(new Fetch(1000));
        }

        List<Message> answers = allMessages();

        assertHistory(answers.get(0), 25, range(4, 25));
        assertHistory(answers.get(1), 25, List.of());
        assertHistory(answers.get(2), 25, List.of());
    }

    @Test
    void history_that_is_gone_ends_and_its_loss_is_reported_before() throws Exception {
        append(21);
        begin(welcome(4, 0));
        allMessages();

        append(100);
        outgoing.fetched(new Fetch(1000));
        // Live first: the answer waits behind it.
        Lost loss = (Lost) allMessages(1).get(0);
        List<Message> messages = allMessages();

        // As a whole: reported again for the history alone, it would replace what was said of the rest.
        assertThat(loss.firstSequence()).isEqualTo(1);
        assertThat(loss.lastSequence()).isGreaterThan(11);
        assertThat(messages).noneMatch(Lost.class::isInstance);
        assertHistory(messages.get(0), 11, List.of());
    }

    @Test
    void readings_lost_while_history_drains_are_reported_before_what_lies_behind_them() throws Exception {
        append(100);
        begin(with(AcknowledgedRange.upTo(0)));
        allMessages();
        outgoing.fetched(new Fetch(10));
        assertHistory(allMessages().get(0), 10, range(1, 10));

        append(15);
        outgoing.fetched(new Fetch(10));
        List<Message> messages = allMessages();

        assertThat(messages.get(0)).isInstanceOfSatisfying(Lost.class, loss -> {
            assertThat(loss.firstSequence()).isEqualTo(1);
            assertThat(loss.lastSequence()).isEqualTo(15);
        });
        assertThat(sequences(messages.get(1))).isEqualTo(range(101, 115));
        assertHistory(messages.get(2), 25, range(16, 25));
    }

    @Test
    void loss_is_reported_before_the_first_readings_behind_it_and_once_a_session() {
        spool = new MemorySpool(20, 1 << 30);
        appendLong(25);

        for (int session = 0; session < 2; session++) {
            begin(with(AcknowledgedRange.NOTHING, 100, 1024));
            List<Message> messages = allMessages();

            assertThat(messages.get(0)).isInstanceOfSatisfying(Lost.class, loss -> {
                assertThat(loss.firstSequence()).isEqualTo(1);
                assertThat(loss.lastSequence()).isEqualTo(5);
                assertThat(loss.count()).isEqualTo(5);
            });
            assertThat(messages.subList(1, messages.size()))
                    .hasSizeGreaterThan(1)
                    .hasOnlyElementsOfType(Readings.class);
        }
    }

    @Test
    void no_history_is_sent_before_the_first_readings_after_defer() throws Exception {
        append(21);
        begin(welcome(1, 0));
        assertThat(outgoing.next(inventory(), NOW)).hasOnlyElementsOfType(Inventory.class);

        Message defer = outgoing.next(inventory(), NOW).get(0);
        outgoing.fetched(new Fetch(1));

        assertThat(defer).isInstanceOf(Defer.class);
        assertThat(outgoing.next(inventory(), NOW)).hasOnlyElementsOfType(History.class);
    }

    @Test
    void no_more_batches_are_on_their_way_than_the_collector_allows() throws Exception {
        append(20);
        begin(with(AcknowledgedRange.NOTHING, 1, WireLimits.MAX_FRAME_BYTES));
        allMessages();
        append(1);
        assertThat(allMessages()).isEmpty();
        assertThat(outgoing.liveIsDone()).isFalse();

        outgoing.acknowledged(AcknowledgedRange.upTo(20));

        assertThat(sequences(allMessages().get(0))).containsExactly(21L);
        outgoing.acknowledged(AcknowledgedRange.upTo(21));
        assertThat(outgoing.liveIsDone()).isTrue();
    }

    @Test
    void live_is_done_though_history_is_not() throws Exception {
        append(21);
        begin(welcome(4, 0));
        allMessages();
        outgoing.acknowledged(new AcknowledgedRange(21, 1, 11));

        assertThat(outgoing.liveIsDone()).isTrue();
        assertThat(spool.depth()).isEqualTo(11);
    }

    @Test
    void no_acknowledgement_is_believed_that_claims_more_than_was_sent() throws Exception {
        append(21);
        begin(welcome(4, 0));
        allMessages();
        outgoing.fetched(new Fetch(5));
        allMessages();

        for (AcknowledgedRange claim : List.of(
                AcknowledgedRange.upTo(22),
                AcknowledgedRange.upTo(21),
                AcknowledgedRange.upTo(6),
                new AcknowledgedRange(21, 7, 11),
                new AcknowledgedRange(21, 6, 10))) {
            assertThatThrownBy(() -> outgoing.acknowledged(claim))
                    .as(claim.toString())
                    .isInstanceOf(ProtocolException.class);
        }
        assertThat(spool.depth()).isEqualTo(21);

        outgoing.acknowledged(new AcknowledgedRange(21, 6, 11));
        assertThat(spool.depth()).isEqualTo(6);
    }

    @Test
    void a_collector_that_fetches_without_waiting_for_answers_is_not_remembered_for_ever() throws Exception {
        append(21);
        begin(welcome(4, 0));
        allMessages();
        for (int i = 0; i < SMALL.maxFetches(); i++) {
            outgoing.fetched(new Fetch(1));
        }

        assertThatThrownBy(() -> outgoing.fetched(new Fetch(1)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("3 answers are still due");
    }

    @Test
    void history_fits_into_the_frames_that_the_collector_allows() throws Exception {
        append(80);
        begin(with(AcknowledgedRange.NOTHING, 100, 1024));
        allMessages();

        long last = 0;
        while (last < 70) {
            outgoing.fetched(new Fetch(1000));
            History history = (History) allMessages().get(0);
            assertThat(MessageCodec.encode(history).remaining() - Integer.BYTES).isLessThanOrEqualTo(1024);
            assertThat(history.readings().get(0).sequence()).isEqualTo(last + 1);
            last = history.upTo();
        }
        assertThat(last).isEqualTo(70);
    }

    /** Or the collector would take it for one that is there. */
    @Test
    void gpu_that_is_gone_is_named_by_its_uuid_alone_although_the_session_knew_more_of_it() throws Exception {
        begin(welcome(4, 0));
        outgoing.next(inventory("GPU-old", "GPU-b"), NOW);
        outgoing.next(inventory("GPU-b"), NOW);
        spool.append(sample("GPU-old", "GPU-b"));

        Inventory announced = (Inventory) outgoing.next(inventory("GPU-b"), NOW).get(0);

        assertThat(announced.gpus()).containsExactly(inventory("GPU-b").gpus().get(0), GpuInfo.reference("GPU-old"));
        assertThat(announced.gpus()).extracting(GpuInfo::isReference).containsExactly(false, true);
    }

    @Test
    void history_of_a_gpu_that_is_gone_is_preceded_by_an_inventory_that_names_it() throws Exception {
        spool.append(sample("GPU-old"));
        append(20);
        begin(welcome(4, 0));
        allMessages();
        outgoing.fetched(new Fetch(5));

        List<Message> messages = allMessages();

        assertThat(((Inventory) messages.get(0)).gpus())
                .extracting(GpuInfo::uuid)
                .containsExactly("GPU-old");
        assertThat(((History) messages.get(1)).readings().get(0).gpus()).hasSize(1);
    }

    @Test
    void a_collector_that_knows_more_than_was_ever_numbered_shows_that_the_spool_went_back_in_time() {
        append(3);

        assertThat(Outgoing.isFromTheFuture(AcknowledgedRange.upTo(3), spool)).isFalse();
        assertThat(Outgoing.isFromTheFuture(AcknowledgedRange.upTo(4), spool)).isTrue();
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            spool.append(sample());
        }
    }

    /** Readings of which only a few fit into a short frame. */
    private void appendLong(int count) {
        for (int i = 0; i < count; i++) {
            MetricValues.Builder machine = MetricValues.builder(Scope.MACHINE);
            boolean isLong = i % 2 == 0;
            Scope.MACHINE.metrics().forEach(metric -> machine.setRaw(metric, isLong ? metric.maxRaw() : 0));
            spool.append(new Sample(NOW, machine.build(), List.of()));
        }
    }

    private void begin(Welcome welcome) {
        outgoing = new Outgoing(spool, gpus, welcome, SMALL);
    }

    /** All that can be sent now, without the first inventory. */
    private List<Message> allMessages() {
        return allMessages(Integer.MAX_VALUE);
    }

    private List<Message> allMessages(int atMost) {
        List<Message> all = new ArrayList<>();
        List<Message> next = outgoing.next(inventory(), NOW);
        if (next.size() == 1 && next.get(0) instanceof Inventory) {
            next = outgoing.next(inventory(), NOW);
        }
        for (int i = 1; !next.isEmpty(); i++) {
            all.addAll(next);
            next = i < atMost ? outgoing.next(inventory(), NOW) : List.of();
        }
        return all;
    }

    private static void assertHistory(Message message, long upTo, List<Long> sequences) {
        assertThat(message).isInstanceOf(History.class);
        assertThat(((History) message).upTo()).isEqualTo(upTo);
        assertThat(sequences(message)).isEqualTo(sequences);
    }

    private static List<Long> sequences(Message message) {
        List<Reading> readings =
                message instanceof History history ? history.readings() : ((Readings) message).readings();
        return readings.stream().map(Reading::sequence).toList();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static Welcome with(AcknowledgedRange acknowledged) {
        return with(acknowledged, 4, WireLimits.MAX_FRAME_BYTES);
    }

    private static Welcome with(AcknowledgedRange acknowledged, int maxBatchesInFlight, int maxFrameBytes) {
        return new Welcome(
                Message.VERSION, Optional.empty(), maxFrameBytes, maxBatchesInFlight, NOW, acknowledged, Bytes32.ZERO);
    }
}
