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
import io.emberwatch.collector.store.ProbeSessionStore.HistoryRow;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * When the alarm of a card is over because the card was taken out: another machine has named it, or an admin said so.
 */
class RetiredGpusTest {
    private static final int MACHINE = 7;
    private static final int GPU_ID = 70;
    private static final UUID BOOT = new UUID(1, 2);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Session SESSION = new Session(MACHINE, "box7", 1, BOOT, null);
    private static final AnnouncedGpus SHOWN = new AnnouncedGpus(List.of("GPU-a"), Set.of("GPU-a"));
    private static final AnnouncedGpus REFERRED_TO = new AnnouncedGpus(List.of("GPU-a"), Set.of());

    private final MachineWrite machine = machine();

    @BeforeEach
    void its_fault_is_an_open_alarm() {
        take(1, SHOWN, lost());
        assertThat(open()).containsExactly(Metric.GPU_FAULT);
    }

    @Test
    void readings_without_its_values_leave_the_alarm_of_a_gpu_that_the_machine_shows() {
        take(2, SHOWN);
        take(3, SHOWN);

        assertThat(open()).containsExactly(Metric.GPU_FAULT);
    }

    @Test
    void what_is_observed_of_the_link_alone_says_nothing_of_gpus() {
        machine.duplicate();

        assertThat(open()).containsExactly(Metric.GPU_FAULT);
    }

    @Test
    void the_alarm_is_over_once_the_inventory_does_not_show_the_gpu() {
        take(2, AnnouncedGpus.NONE);

        assertThat(open()).isEmpty();
    }

    @Test
    void an_old_reading_of_a_gpu_that_is_only_referred_to_raises_nothing() {
        take(2, REFERRED_TO);
        take(3, REFERRED_TO, lost());

        assertThat(open()).isEmpty();
    }

    private List<Metric> open() {
        return machine.context().alarms().all().stream()
                .map(alarm -> alarm.key().metric())
                .toList();
    }

    private void take(long sequence, AnnouncedGpus announced, GpuValues... gpus) {
        Reading reading =
                new Reading(sequence, NOW.plusSeconds(sequence), MetricValues.empty(Scope.MACHINE), List.of(gpus));
        machine.add(new IngestItem.LiveBatch(SESSION, announced, List.of(reading), reading.takenAt(), Duration.ZERO));
    }

    private static GpuValues lost() {
        return new GpuValues(
                0,
                MetricValues.builder(Scope.GPU)
                        .setRaw(Metric.GPU_FAULT, GpuFault.LOST.code())
                        .build(),
                List.of());
    }

    /** Its only card was retired, as the registry has it. */
    private static MachineWrite machine() {
        StoredLimit limit = new StoredLimit(
                new LimitPlace.Fleet(),
                Metric.GPU_FAULT.column(),
                Severity.CRITICAL,
                Optional.of(BigDecimal.ONE),
                Optional.of(BigDecimal.ZERO),
                Duration.ZERO);
        Registry registry = new Registry(
                LimitTable.of(List.of(limit)),
                Map.of(),
                new SilencedMachines(false, Set.of()),
                Set.of(GPU_ID),
                Set.of());
        ProbeSessionRow row = new ProbeSessionRow(
                MACHINE, 1, BOOT, AcknowledgedRange.NOTHING, Optional.empty(), HistoryRow.NONE, Duration.ZERO);
        return new MachineWrite(
                row,
                new MachineContext(
                        1,
                        MachineAlarms.none(),
                        HistoryAlarms.NONE,
                        new MachineGpus(Map.of("GPU-a", GPU_ID), Map.of())),
                new Judgement(new AlarmEngine(AlarmPolicy.standard()), registry, Duration.ofMinutes(1), NOW),
                OptionalInt.empty(),
                0);
    }
}
