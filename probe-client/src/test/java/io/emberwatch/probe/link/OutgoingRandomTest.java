package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.Fixtures.inventory;
import static io.emberwatch.probe.testing.Fixtures.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.testing.MemorySpool;
import io.emberwatch.probe.testing.Seeds;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Bytes32;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Sessions that break at any message, a stream of readings, a small spool: nothing is missing without a word; see
 * {@link Seeds}.
 */
final class OutgoingRandomTest {
    private static final int STORIES = 300;
    private static final int STEPS = 200;
    private static final Instant NOW = Instant.parse("2026-11-02T00:00:00Z");
    private static final LinkSettings.CatchUp SMALL = new LinkSettings.CatchUp(8, 3, 3);

    @Test
    void each_reading_arrives_once_or_is_reported_as_lost() {
        Seeds.first(STORIES).forEach(seed -> {
            try {
                new Story(new Random(seed)).play();
            } catch (AssertionError | ProtocolException | RuntimeException e) {
                throw new AssertionError("-Demberwatch.seed=" + seed + " plays this again", e);
            }
        });
    }

    /** One spool, one collector that follows the protocol to the letter, and a network that breaks. */
    private static final class Story {
        private final Random random;
        private final MemorySpool spool;
        private final GpuIndex gpus = new GpuIndex();
        private final ArrayDeque<Message> onTheWay = new ArrayDeque<>();
        private final Set<Long> stored = new HashSet<>();
        private final Set<Long> reportedLost = new HashSet<>();
        private AcknowledgedRange acknowledged = AcknowledgedRange.NOTHING;
        private Optional<Defer> deferred = Optional.empty();
        private Outgoing outgoing;
        private int fetches;

        Story(Random random) {
            this.random = random;
            spool = new MemorySpool(5 + random.nextInt(60), 1 << 30);
            connect();
        }

        void play() throws ProtocolException {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1 -> append(1 + random.nextInt(random.nextInt(10) == 0 ? 40 : 3));
                    case 2, 3 -> onTheWay.addAll(outgoing.next(inventory(), NOW));
                    case 4, 5 -> arrive();
                    case 6 -> fetchOrAcknowledge();
                    default -> breakSometimes();
                }
            }
            while (!onTheWay.isEmpty() || !outgoing.liveIsDone() || acknowledged.lacksHistory()) {
                onTheWay.addAll(outgoing.next(inventory(), NOW));
                arrive();
                outgoing.acknowledged(acknowledged);
                fetch();
            }
            for (long sequence = 1; sequence <= spool.lastSequence(); sequence++) {
                assertThat(stored.contains(sequence) || reportedLost.contains(sequence))
                        .as("reading %d is neither stored nor lost", sequence)
                        .isTrue();
            }
        }

        private void append(int count) {
            for (int i = 0; i < count; i++) {
                spool.append(sample());
            }
        }

        private void fetchOrAcknowledge() throws ProtocolException {
            if (random.nextBoolean()) {
                outgoing.acknowledged(acknowledged);
            } else {
                fetch();
            }
        }

        private void fetch() throws ProtocolException {
            if (acknowledged.lacksHistory() && fetches < SMALL.maxFetches()) {
                fetches++;
                outgoing.fetched(new Fetch(1 + random.nextInt(10)));
            }
        }

        private void breakSometimes() {
            if (random.nextInt(3) == 0) {
                connect();
            }
        }

        private void connect() {
            onTheWay.clear();
            fetches = 0;
            deferred = Optional.empty();
            outgoing = new Outgoing(
                    spool,
                    gpus,
                    new Welcome(
                            Message.VERSION,
                            Optional.empty(),
                            1024,
                            1 + random.nextInt(3),
                            NOW,
                            acknowledged,
                            Bytes32.ZERO),
                    SMALL);
        }

        private void arrive() {
            Message message = onTheWay.poll();
            if (message instanceof Defer defer) {
                deferred = Optional.of(defer);
            } else if (message instanceof Lost lost) {
                for (long sequence = lost.firstSequence(); sequence <= lost.lastSequence(); sequence++) {
                    reportedLost.add(sequence);
                }
            } else if (message instanceof Readings batch) {
                deferred.ifPresent(defer -> acknowledged = acknowledged.deferredTo(defer.liveFrom()));
                deferred = Optional.empty();
                assertThat(batch.firstSequence()).isGreaterThan(acknowledged.last());
                store(batch.readings());
                acknowledged = acknowledged.withLive(batch.lastSequence());
            } else if (message instanceof History history) {
                fetches--;
                assertThat(history.readings()).allMatch(reading -> !acknowledged.has(reading.sequence()));
                store(history.readings());
                acknowledged = acknowledged.withHistory(history.upTo());
            }
            if (message instanceof Readings || message instanceof History) {
                assertNothingIsMissing();
            }
        }

        private void store(List<Reading> readings) {
            readings.forEach(
                    reading -> assertThat(stored.add(reading.sequence())).isTrue());
        }

        private void assertNothingIsMissing() {
            for (long sequence = 1; sequence <= acknowledged.last(); sequence++) {
                assertThat(!acknowledged.has(sequence) || stored.contains(sequence) || reportedLost.contains(sequence))
                        .as("reading %d is taken for stored by %s", sequence, acknowledged)
                        .isTrue();
            }
        }
    }
}
