package io.emberwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.alarm.AlarmPolicy;
import io.emberwatch.collector.alarm.HistoryAlarms;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.collector.ingest.MachineContexts.MachineContext;
import io.emberwatch.collector.ingest.MachineWrite.Judgement;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.MachineGpus;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.model.Registry.SilencedMachines;
import io.emberwatch.collector.store.ProbeSessionStore.HistoryRow;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.collector.store.ReadingStore.ReadingRow;
import io.emberwatch.collector.testing.TestReadings;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions come and go, put history off and bring it; transactions fail, or succeed without anybody knowing, and are
 * tried again. Against a plain set of what was sent: every reading is stored once, none is left out.
 */
class MachineWriteRandomTest {
    private static final int MACHINE = 1;
    private static final int STEPS = 400;
    private static final UUID BOOT = new UUID(1, 2);
    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
    private static final Registry REGISTRY =
            new Registry(LimitTable.of(List.of()), Map.of(), new SilencedMachines(false, Set.of()), Set.of(), Set.of());

    private Random random = new Random(0);
    private String seed = "";
    private ProbeSessionRow row = new ProbeSessionRow(
            MACHINE, 1, BOOT, AcknowledgedRange.NOTHING, Optional.empty(), HistoryRow.NONE, Duration.ZERO);
    private MachineContext context = new MachineContext(1, MachineAlarms.none(), HistoryAlarms.NONE, MachineGpus.NONE);
    private final SortedSet<Long> stored = new TreeSet<>();
    private final SortedSet<Long> lost = new TreeSet<>();
    private final List<IngestItem> queued = new ArrayList<>();
    private long taken;
    private Session session = session(1);
    /** What was sent in this session, on top of what was stored when it began. */
    private AcknowledgedRange sent = AcknowledgedRange.NOTHING;

    static List<Long> seeds() {
        return new Random().longs(200).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void every_reading_is_stored_once_and_none_is_left_out(long seedNow) {
        random = new Random(seedNow);
        seed = "seed " + seedNow;
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(10)) {
                case 0 -> connect();
                case 1, 2, 3 -> taken += random.nextInt(5);
                case 4, 5 -> sendLive();
                case 6, 7 -> sendHistory();
                default -> write();
            }
        }
        connect();
        while (!row.acknowledged().equals(AcknowledgedRange.upTo(taken))) {
            sendLive();
            sendHistory();
            write();
        }
        SortedSet<Long> expected = new TreeSet<>();
        for (long sequence = 1; sequence <= taken; sequence++) {
            expected.add(sequence);
        }
        expected.removeAll(lost);
        assertThat(stored).as(seed).isEqualTo(expected);
    }

    /** As admission does: a new epoch in the row. What older sessions sent may still be waiting. */
    private void connect() {
        row = new ProbeSessionRow(
                MACHINE, row.epoch() + 1, BOOT, row.acknowledged(), row.lastTakenAt(), row.history(), Duration.ZERO);
        context = new MachineContext(row.epoch(), context.alarms(), context.history(), MachineGpus.NONE);
        session = session(row.epoch());
        sent = row.acknowledged();
        long behind = sent.last() + 2;
        if (!sent.lacksHistory() && behind < taken && random.nextBoolean()) {
            long liveFrom = behind + random.nextInt((int) (taken - behind));
            queued.add(new IngestItem.Deferral(session, liveFrom));
            sent = sent.deferredTo(liveFrom);
            queued.add(live(sent.last() + 1, sent.last() + 1));
            sent = sent.withLive(sent.last() + 1);
        }
    }

    private void sendLive() {
        long first = sent.last() + 1;
        if (first <= taken) {
            long last = Math.min(taken, first + random.nextInt(4));
            queued.add(live(first, last));
            sent = sent.withLive(last);
        }
    }

    /** Only what the row says is still to come is fetched. Now and then the probe finds that a reading is lost. */
    private void sendHistory() {
        if (!sent.lacksHistory() || !row.acknowledged().lacksHistory() || row.epoch() != session.epoch()) {
            return;
        }
        long first = sent.historyFrom();
        while (lost.contains(first)) {
            first++;
        }
        long last = first - 1;
        while (last < sent.historyTo() && !lost.contains(last + 1) && (last < first || random.nextInt(4) > 0)) {
            last++;
        }
        long upTo = Math.min(last, sent.historyTo());
        if (upTo < sent.historyTo() && random.nextInt(8) == 0) {
            upTo++;
            lost.add(upTo);
        }
        queued.add(new IngestItem.HistoryBatch(session, AnnouncedGpus.NONE, readings(first, last), upTo));
        sent = sent.withHistory(upTo);
    }

    private void write() {
        List<IngestItem> items = List.copyOf(queued.subList(0, Math.min(queued.size(), 1 + random.nextInt(4))));
        MachineWrite write = attempt(items);
        boolean isCommitted = random.nextInt(4) > 0;
        boolean isKnown = random.nextInt(4) > 0;
        if (isCommitted) {
            commit(write);
        }
        if (isCommitted && isKnown) {
            queued.subList(0, items.size()).clear();
        }
    }

    private MachineWrite attempt(List<IngestItem> items) {
        Judgement by = new Judgement(
                new AlarmEngine(AlarmPolicy.standard()), REGISTRY, Duration.ofMinutes(1), BEGIN.plusSeconds(taken));
        MachineWrite write = new MachineWrite(row, context, by, OptionalInt.empty(), 0);
        for (IngestItem item : items) {
            if (item instanceof IngestItem.Deferral deferral
                    && write.isCurrent(deferral.session().epoch())) {
                write.add(deferral);
            } else if (item instanceof IngestItem.Batch batch
                    && write.isCurrent(batch.session().epoch())) {
                if (random.nextInt(5) == 0 && batch.readings().size() > 1) {
                    // As a poison reading has it: in two halves, and then the whole for its acknowledgement.
                    int half = batch.readings().size() / 2;
                    write.add(batch.quietly(0, half));
                    write.add(batch.quietly(half, batch.readings().size()));
                }
                write.add(batch);
            }
        }
        return write;
    }

    private void commit(MachineWrite write) {
        for (ReadingRow reading : write.rows()) {
            assertThat(stored.add(reading.sequence()))
                    .as("%s: %d stored once", seed, reading.sequence())
                    .isTrue();
        }
        write.advance()
                .ifPresent(advance -> row = new ProbeSessionRow(
                        MACHINE,
                        row.epoch(),
                        BOOT,
                        advance.acknowledged(),
                        advance.lastTakenAt(),
                        advance.history(),
                        Duration.ZERO));
        context = write.context();
    }

    private IngestItem.LiveBatch live(long first, long last) {
        return new IngestItem.LiveBatch(
                session, AnnouncedGpus.NONE, readings(first, last), BEGIN.plusSeconds(taken), Duration.ZERO);
    }

    private static List<Reading> readings(long first, long last) {
        List<Reading> readings = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            readings.add(TestReadings.reading(sequence, BEGIN.plusSeconds(sequence), Metric.CPU_TEMP_C, 45));
        }
        return readings;
    }

    private static Session session(long epoch) {
        return new Session(MACHINE, "box1", epoch, BOOT, null).withoutFeedback();
    }
}
