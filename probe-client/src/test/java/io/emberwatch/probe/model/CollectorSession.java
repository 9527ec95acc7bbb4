package io.emberwatch.probe.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Bytes32;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** The collector's end of a connection. What it has received waits here, in memory, until it is committed. */
final class CollectorSession {
    private static final int MAX_FETCHES = 3;

    private final Wire.Pair wires;
    private final Seams seams;
    private final Database database;
    private final Random random;
    private final ArrayDeque<Work> received = new ArrayDeque<>();
    private List<String> gpus = List.of();
    private Optional<Defer> defer = Optional.empty();
    private Optional<AcknowledgedRange> toAcknowledge = Optional.empty();
    private UUID bootId;
    private long epoch;
    private AcknowledgedRange committed = AcknowledgedRange.NOTHING;
    private AcknowledgedRange promised = AcknowledgedRange.NOTHING;
    private int maxInFlight;
    private int fetches;
    private boolean over;

    /** What one message asks of the database. */
    private record Work(Message message, Optional<Defer> defer, List<Sample> samples) {}

    CollectorSession(Wire.Pair wires, Seams seams, Database database, Random random) {
        this.wires = wires;
        this.seams = seams;
        this.database = database;
        this.random = random;
    }

    Wire.Pair wires() {
        return wires;
    }

    boolean isOver() {
        return over;
    }

    boolean hasWork() {
        return !received.isEmpty() && !over;
    }

    /** The connection is gone; what was received is committed all the same. */
    boolean isSpent() {
        return over || (received.isEmpty() && wires.toCollector().isOver());
    }

    void close() {
        over = true;
        wires.toProbe().end();
    }

    void hear(long bytes) throws ProtocolException {
        for (Message message : wires.toCollector().deliver(bytes)) {
            if (!over) {
                hear(message);
            }
        }
    }

    /**
     * One transaction.
     *
     * @param outcome what becomes of it
     */
    void commit(int atMost, Outcome outcome) {
        if (!seams.mayWrite(epoch, database.epoch())) {
            wires.toProbe().send(Refused.because(RefusalCode.SUPERSEDED, "a newer session"));
            close();
            return;
        }
        AcknowledgedRange now = database.acknowledged(bootId);
        List<Database.Arrived> news = new ArrayList<>();
        List<Lost> losses = new ArrayList<>();
        List<Work> work = received.stream().limit(atMost).toList();
        for (Work item : work) {
            now = apply(item, now, news, losses);
        }
        if (outcome != Outcome.ROLLED_BACK) {
            database.commit(epoch, bootId, now, news, losses);
        }
        if (outcome == Outcome.COMMITTED) {
            work.forEach(item -> received.removeFirst());
            committed = now;
            toAcknowledge = Optional.of(now);
        }
    }

    /** How a transaction may end. */
    enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        /** It is committed, but the collector hears of an error, and does it again. */
        UNKNOWN
    }

    void acknowledge() {
        if (over || bootId == null) {
            return;
        }
        AcknowledgedRange acknowledged = seams.acknowledged(committed, promised);
        if (!acknowledged.equals(committed) || toAcknowledge.isPresent()) {
            wires.toProbe().send(new Ack(acknowledged));
            toAcknowledge = Optional.empty();
        }
    }

    void fetch(int maxReadings) {
        if (!over && committed.lacksHistory() && fetches < MAX_FETCHES) {
            fetches++;
            wires.toProbe().send(new Fetch(maxReadings));
        }
    }

    private void hear(Message message) {
        if (message instanceof Hello hello) {
            welcome(hello);
        } else if (message instanceof Inventory inventory) {
            gpus = inventory.gpus().stream().map(GpuInfo::uuid).toList();
        } else if (message instanceof Defer deferral) {
            assertThat(committed.lacksHistory()).as("DEFER with history").isFalse();
            defer = Optional.of(deferral);
        } else if (message instanceof Readings batch) {
            assertThat(received.stream()
                            .filter(work ->
                                    work.message instanceof Readings sent && sent.lastSequence() > committed.last()))
                    .as("batches in flight")
                    .hasSizeLessThan(maxInFlight);
            received.add(new Work(batch, defer, samples(batch.readings())));
            promised = defer.map(deferral -> seams.deferred(promised, deferral.liveFrom()))
                    .orElse(promised)
                    .withLive(batch.lastSequence());
            defer = Optional.empty();
        } else if (message instanceof History history) {
            fetches--;
            assertThat(fetches).as("answers that nobody asked for").isNotNegative();
            received.add(new Work(history, Optional.empty(), samples(history.readings())));
            promised = promised.withHistory(history.upTo());
        } else if (message instanceof Lost) {
            received.add(new Work(message, Optional.empty(), List.of()));
        } else {
            assertThat(message).isInstanceOf(Bye.class);
        }
    }

    private void welcome(Hello hello) {
        bootId = hello.bootId();
        epoch = database.nextEpoch();
        committed = database.acknowledged(bootId);
        promised = committed;
        maxInFlight = 1 + random.nextInt(4);
        int maxFrameBytes = random.nextBoolean() ? 1024 : 65536;
        wires.toProbe()
                .send(new Welcome(
                        Message.VERSION,
                        Optional.empty(),
                        maxFrameBytes,
                        maxInFlight,
                        hello.probeClock(),
                        committed,
                        Bytes32.ZERO));
    }

    private AcknowledgedRange apply(
            Work work, AcknowledgedRange stored, List<Database.Arrived> news, List<Lost> losses) {
        AcknowledgedRange now = stored;
        if (work.message instanceof Lost lost) {
            losses.add(lost);
        } else if (work.message instanceof Readings batch) {
            if (work.defer.isPresent() && stored.last() < work.defer.get().liveFrom() - 1) {
                now = seams.deferred(stored, work.defer.get().liveFrom());
            }
            addNews(batch.readings(), work.samples, now.last(), true, news);
            now = now.withLive(batch.lastSequence());
        } else if (work.message instanceof History history && now.lacksHistory()) {
            addNews(history.readings(), work.samples, now.historyFrom() - 1, false, news);
            now = now.withHistory(history.upTo());
        }
        return now;
    }

    private static void addNews(
            List<Reading> readings, List<Sample> samples, long behind, boolean live, List<Database.Arrived> news) {
        for (int i = 0; i < readings.size(); i++) {
            if (readings.get(i).sequence() > behind) {
                news.add(new Database.Arrived(readings.get(i).sequence(), samples.get(i), live));
            }
        }
    }

    /** An index means the inventory that was last when its reading came. */
    private List<Sample> samples(List<Reading> readings) {
        return readings.stream()
                .map(reading -> new Sample(
                        reading.takenAt(),
                        reading.machine(),
                        reading.gpus().stream()
                                .map(gpu -> new GpuSample(gpus.get(gpu.index()), gpu.values()))
                                .toList()))
                .toList();
    }
}
