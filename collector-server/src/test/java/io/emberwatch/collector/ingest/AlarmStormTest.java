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
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.AlarmStore.OpenAlarms;
import io.emberwatch.collector.store.MessageIds;
import io.emberwatch.collector.store.ProbeSessionStore.HistoryRow;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A box whose 64 cards are beyond four limits in one reading and within them in the next, 45 readings a frame. */
@EveryServer
class AlarmStormTest {
    private static final UUID BOOT = new UUID(1, 2);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int READINGS = 45;
    private static final List<String> CARDS =
            IntStream.range(0, 64).mapToObj(card -> "GPU-" + card).toList();
    private static final List<Metric> METRICS =
            List.of(Metric.GPU_POWER_W, Metric.GPU_UTIL_PERCENT, Metric.GPU_FAN_PERCENT, Metric.GPU_MEM_UTIL_PERCENT);
    private static final int CONDITIONS = CARDS.size() * METRICS.size();
    /** What a machine that was quiet may have at once. */
    private static final int BURST = 200;

    private static final int PER_MINUTE = AlarmPolicy.standard().perMinute();

    @AutoClose
    private final TestDatabase database;

    private final AlarmStore store = new AlarmStore(new MessageIds("watch.example.org"));
    private final int machine;
    private MachineContext context;
    private AcknowledgedRange acknowledged = AcknowledgedRange.NOTHING;

    AlarmStormTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
        Map<String, Integer> ids = new HashMap<>();
        CARDS.forEach(card -> ids.put(card, ids.size() + 1));
        context = new MachineContext(1, MachineAlarms.none(), HistoryAlarms.NONE, new MachineGpus(ids, Map.of()));
    }

    @Test
    void writes_a_bounded_number_of_rows_and_mails_and_the_state_is_exact() throws SQLException {
        MachineWrite write = frame(false);

        assertThat(write.leftOut()).as("told to the admin").isPresent();
        assertRowsAreBounded();
        assertThat(count("alarm WHERE state = 'firing'")).isEqualTo(CONDITIONS);
        assertThat(database.query("SELECT 2 * SUM(returned_count) + SUM(is_open IS NULL) + COUNT(*) FROM alarm"))
                .as("every time that a limit was crossed is told or counted")
                .containsExactly(Integer.toString(CONDITIONS * READINGS));

        frame(true);
        frame(true);
        assertThat(count("alarm WHERE state = 'firing'")).isZero();
        assertRowsAreBounded();
    }

    @Test
    void a_restart_of_the_collector_in_the_midst_of_it_goes_on_right() throws SQLException {
        frame(true);
        assertThat(count("alarm WHERE state = 'firing'")).isZero();
        OpenAlarms open = database.database()
                .transact(connection -> store.loadOpen(connection, List.of(machine)))
                .get(machine);
        context = new MachineContext(
                2,
                MachineAlarms.of(open.live()),
                new HistoryAlarms(MachineAlarms.of(open.history()), Set.of()),
                context.gpus());

        frame(false);
        assertThat(count("alarm WHERE state = 'firing'")).isEqualTo(CONDITIONS);
        assertThat(count("alarm WHERE is_open = 1")).isEqualTo(CONDITIONS);
        assertThat(count("alarm")).isBetween(CONDITIONS, CONDITIONS + 2 * BURST);
    }

    /** One alarm that is not over for each condition, and what the machine may have besides. */
    private void assertRowsAreBounded() {
        long paid = BURST + PER_MINUTE * acknowledged.last() / 60;
        assertThat((long) count("alarm")).isBetween((long) CONDITIONS, CONDITIONS + paid);
        assertThat((long) count("alarm_event")).isLessThanOrEqualTo(2 * (CONDITIONS + paid));
        assertThat((long) count("mail_outbox")).isLessThanOrEqualTo(2 * paid);
    }

    /** @param endsCool whether its last reading is within the limits */
    private MachineWrite frame(boolean endsCool) throws SQLException {
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < READINGS; i++) {
            long sequence = acknowledged.last() + 1 + i;
            boolean isHot = (READINGS - 1 - i) % 2 == (endsCool ? 1 : 0);
            readings.add(new Reading(
                    sequence, NOW.plusSeconds(sequence), MetricValues.empty(Scope.MACHINE), cards(isHot ? 99 : 1)));
        }
        return write(readings);
    }

    private static List<GpuValues> cards(int value) {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU);
        METRICS.forEach(metric -> values.set(metric, value));
        return IntStream.range(0, CARDS.size())
                .mapToObj(card -> new GpuValues(card, values.build(), List.of()))
                .toList();
    }

    private MachineWrite write(List<Reading> readings) throws SQLException {
        ProbeSessionRow row = new ProbeSessionRow(
                machine, context.epoch(), BOOT, acknowledged, Optional.empty(), HistoryRow.NONE, Duration.ZERO);
        Instant now = readings.get(readings.size() - 1).takenAt();
        Judgement by = new Judgement(new AlarmEngine(AlarmPolicy.standard()), registry(), Duration.ofMinutes(1), now);
        MachineWrite write = new MachineWrite(row, context, by, OptionalInt.empty(), 0);
        Session session = new Session(machine, "gpu07", context.epoch(), BOOT, null).withoutFeedback();
        write.add(new IngestItem.LiveBatch(
                session, new AnnouncedGpus(CARDS, Set.copyOf(CARDS)), readings, now, Duration.ZERO));
        database.database().transact(connection -> {
            store.apply(connection, write.alarmChanges());
            return true;
        });
        context = write.context();
        acknowledged = write.acknowledged();
        return write;
    }

    private static Registry registry() {
        Stream<StoredLimit> limits = METRICS.stream()
                .map(metric -> new StoredLimit(
                        new LimitPlace.Fleet(),
                        metric.column(),
                        Severity.CRITICAL,
                        Optional.of(new BigDecimal(90)),
                        Optional.of(new BigDecimal(80)),
                        Duration.ZERO));
        return new Registry(
                LimitTable.of(limits.toList()), Map.of(), new SilencedMachines(false, Set.of()), Set.of(), Set.of());
    }

    private int count(String rows) {
        return Integer.parseInt(database.query("SELECT COUNT(*) FROM " + rows).get(0));
    }
}
