package io.emberwatch.collector.store;

import io.emberwatch.protocol.Lost;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Table {@code reading_gap}. Every method works in the caller's transaction. Stateless and thread-safe. */
public final class ReadingGapStore {
    /** A probe may say LOST without end, in one numbering or in many: the oldest gaps of its machine make room. */
    static final int MAX_GAPS_EACH = 1_000;

    /** Keeps what probes say; said again, it replaces what was said before. */
    public void put(Connection connection, List<LostReadings> gaps) throws SQLException {
        if (gaps.isEmpty()) {
            return;
        }
        Map<Integer, List<LostReadings>> byMachine = gaps.stream()
                .collect(Collectors.groupingBy(LostReadings::machineId, TreeMap::new, Collectors.toList()));
        List<Object[]> rows = new ArrayList<>();
        byMachine
                .values()
                .forEach(of -> of.stream()
                        .skip(Math.max(0, of.size() - MAX_GAPS_EACH))
                        .map(ReadingGapStore::row)
                        .forEach(rows::add));
        Sql.batch(
                connection,
                "INSERT INTO reading_gap (machine_id, boot_id, first_sequence, last_sequence, reading_count, from_at,"
                        + " to_at, reason, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))"
                        + " ON DUPLICATE KEY UPDATE last_sequence = VALUES(last_sequence),"
                        + " reading_count = VALUES(reading_count), from_at = VALUES(from_at), to_at = VALUES(to_at),"
                        + " reason = VALUES(reason), recorded_at = VALUES(recorded_at)",
                rows);
        for (int machineId : byMachine.keySet()) {
            int excess = count(connection, machineId) - MAX_GAPS_EACH;
            if (excess > 0) {
                Sql.update(
                        connection,
                        "DELETE FROM reading_gap WHERE machine_id = ? ORDER BY recorded_at, first_sequence LIMIT "
                                + excess,
                        machineId);
            }
        }
    }

    private static Object[] row(LostReadings gap) {
        Lost lost = gap.lost();
        return new Object[] {
            gap.machineId(),
            gap.bootId(),
            lost.firstSequence(),
            lost.lastSequence(),
            Optional.of(lost.count()).filter(count -> count > 0),
            lost.from(),
            lost.to(),
            lost.reason().name().toLowerCase(Locale.ROOT)
        };
    }

    /** The gaps of a machine that were said last, the newest first. */
    public List<ReadingGap> latest(Connection connection, int machineId, int atMost) throws SQLException {
        return Sql.list(
                connection,
                "SELECT from_at, to_at, reading_count, reason, recorded_at FROM reading_gap WHERE machine_id = ?"
                        + " ORDER BY recorded_at DESC, first_sequence DESC LIMIT " + atMost,
                ReadingGapStore::gap,
                machineId);
    }

    private static int count(Connection connection, int machineId) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT COUNT(*) FROM reading_gap WHERE machine_id = ?",
                        row -> row.getInt(1),
                        machineId)
                .orElse(0);
    }

    private static ReadingGap gap(ResultSet row) throws SQLException {
        long count = row.getLong("reading_count");
        return new ReadingGap(
                Sql.time(row, "from_at"),
                Sql.time(row, "to_at"),
                count > 0 ? OptionalLong.of(count) : OptionalLong.empty(),
                Sql.constant(row, "reason", Lost.Reason.class),
                Sql.time(row, "recorded_at"));
    }

    /**
     * What a machine's probe says that it has lost.
     *
     * @param bootId numbering of its sequences
     */
    public record LostReadings(int machineId, UUID bootId, Lost lost) {}

    /**
     * Readings that a machine's probe has lost, as people see it.
     *
     * @param from when the first of them was taken, or the last one before, by the machine's clock
     * @param to when the last of them was taken, or the first one after; before {@code from} if the clock was set back
     * @param count how many; empty: not known, perhaps none
     * @param recordedAt when the probe last said so
     */
    public record ReadingGap(Instant from, Instant to, OptionalLong count, Lost.Reason reason, Instant recordedAt) {}
}
