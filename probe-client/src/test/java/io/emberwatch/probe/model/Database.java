package io.emberwatch.probe.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the collectors have for good. Each commit is checked: nothing twice, nothing made up, in order, by nobody stale.
 */
final class Database {
    private final Ledger ledger;
    private final Map<UUID, BitSet> stored = new HashMap<>();
    private final Map<UUID, AcknowledgedRange> acknowledged = new HashMap<>();
    private final Map<UUID, TreeMap<Long, Lost>> losses = new HashMap<>();
    private final Map<UUID, Long> lastLive = new HashMap<>();
    private final Map<UUID, Long> lastHistory = new HashMap<>();
    private long epoch;

    Database(Ledger ledger) {
        this.ledger = ledger;
    }

    /** A reading as the collector understood it. */
    record Arrived(long sequence, Sample sample, boolean live) {}

    /** Begins a session, which fences out all before it. */
    long nextEpoch() {
        return ++epoch;
    }

    long epoch() {
        return epoch;
    }

    AcknowledgedRange acknowledged(UUID bootId) {
        return acknowledged.getOrDefault(bootId, AcknowledgedRange.NOTHING);
    }

    /** All or nothing. */
    void commit(long writerEpoch, UUID bootId, AcknowledgedRange now, List<Arrived> readings, List<Lost> reported) {
        assertThat(writerEpoch).as("epoch of a session that commits").isEqualTo(epoch);
        for (Arrived reading : readings) {
            int number = ledger.recognise(bootId, reading.sequence(), reading.sample());
            assertThat(storedOf(bootId).get(number))
                    .as("whether %d is stored twice", reading.sequence())
                    .isFalse();
            storedOf(bootId).set(number);
            Long before = (reading.live() ? lastLive : lastHistory).put(bootId, reading.sequence());
            assertThat(before == null || before < reading.sequence())
                    .as("order of %d behind %d, live: %b", reading.sequence(), before, reading.live())
                    .isTrue();
        }
        acknowledged.put(bootId, now);
        reported.forEach(
                lost -> losses.computeIfAbsent(bootId, id -> new TreeMap<>()).put(lost.firstSequence(), lost));
    }

    boolean has(int number) {
        return stored.values().stream().anyMatch(numbers -> numbers.get(number));
    }

    private BitSet storedOf(UUID bootId) {
        return stored.computeIfAbsent(bootId, id -> new BitSet());
    }

    /** Why this reading will never come, as the probe has reported under any boot id. */
    Set<Lost.Reason> reasonsFor(long sequence) {
        Set<Lost.Reason> reasons = EnumSet.noneOf(Lost.Reason.class);
        losses.values()
                .forEach(all -> all.headMap(sequence, true).values().stream()
                        .filter(lost -> sequence <= lost.lastSequence())
                        .forEach(lost -> reasons.add(lost.reason())));
        return reasons;
    }

    /** Every reason that was ever reported. */
    Set<Lost.Reason> reasons() {
        Set<Lost.Reason> reasons = EnumSet.noneOf(Lost.Reason.class);
        losses.values().forEach(all -> all.values().forEach(lost -> reasons.add(lost.reason())));
        return reasons;
    }
}
