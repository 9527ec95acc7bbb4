package io.emberwatch.collector.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Table {@code gpu_process}: what runs on each GPU, and for a while what ran there. An entry is one process as long as
 * it was seen on its GPU without a break; seen again later, or under another name, it is a new one. Every method works
 * in the caller's transaction. Stateless and thread-safe.
 */
public final class GpuProcessStore {
    /** How long what has ended is kept, by the machine's clock. */
    static final Duration KEPT = Duration.ofDays(7);
    /** And how many of those on one GPU: a machine may start processes without end. */
    static final int MAX_ENDED_EACH = 1_000;
    /** More than one look can end, so that nothing piles up. */
    private static final int MAX_DELETED = 500;

    /** What makes an entry the same as what is seen. */
    private record Key(int gpuId, long pid, String name, String user) {}

    /**
     * Takes in what a machine says that runs on its GPUs; what it does not name has ended.
     *
     * @param gpuIds {@code gpu.id} by UUID, of all GPUs that the machine ever had; processes on others are passed over
     * @param takenAt when the machine looked, by its clock
     */
    public void put(Connection connection, Map<String, Integer> gpuIds, Instant takenAt, List<RunningProcess> running)
            throws SQLException {
        if (gpuIds.isEmpty()) {
            return;
        }
        Map<Key, Long> open = open(connection, gpuIds.values());
        Map<Key, OptionalLong> seen = seen(gpuIds, running);
        write(connection, takenAt, open, seen);
        Map<Key, Long> gone = new HashMap<>(open);
        gone.keySet().removeAll(seen.keySet());
        end(connection, takenAt, gone.values());
        Set<Long> old = new HashSet<>(tooOld(connection, gpuIds.values(), takenAt));
        for (int gpuId : Set.copyOf(gone.keySet().stream().map(Key::gpuId).toList())) {
            old.addAll(tooMany(connection, gpuId));
        }
        delete(connection, old);
    }

    /**
     * Ends what ran on GPUs that a machine does not show any more, when it was last seen there: whether it has gone on
     * since is known to nobody.
     *
     * @param gpuIds {@code gpu.id} by UUID, of all GPUs that the machine ever had
     * @param shown UUIDs of the GPUs in its newest inventory
     */
    public void endOnOthers(Connection connection, Map<String, Integer> gpuIds, Set<String> shown) throws SQLException {
        Map<String, Integer> others = new HashMap<>(gpuIds);
        others.keySet().removeAll(shown);
        if (others.isEmpty()) {
            return;
        }
        Collection<Long> gone = open(connection, others.values()).values();
        if (!gone.isEmpty()) {
            Sql.update(
                    connection,
                    "UPDATE gpu_process SET ended_at = last_seen_at WHERE id IN (" + Sql.placeholders(gone) + ")",
                    gone.toArray());
        }
    }

    private static Map<Key, Long> open(Connection connection, Collection<Integer> gpuIds) throws SQLException {
        Map<Key, Long> open = new HashMap<>();
        Sql.list(
                connection,
                "SELECT id, gpu_id, pid, name, user_name FROM gpu_process WHERE gpu_id IN (" + Sql.placeholders(gpuIds)
                        + ") AND ended_at IS NULL",
                row -> open.put(
                                new Key(
                                        row.getInt("gpu_id"),
                                        row.getLong("pid"),
                                        row.getString("name"),
                                        row.getString("user_name")),
                                row.getLong("id"))
                        == null,
                gpuIds.toArray());
        return open;
    }

    private static Map<Key, OptionalLong> seen(Map<String, Integer> gpuIds, List<RunningProcess> running) {
        Map<Key, OptionalLong> seen = new HashMap<>();
        for (RunningProcess process : running) {
            Integer gpuId = gpuIds.get(process.gpuUuid());
            if (gpuId != null) {
                seen.put(new Key(gpuId, process.pid(), process.name(), process.user()), process.memUsedBytes());
            }
        }
        return seen;
    }

    /** One statement for entries that are new and those that go on: only the latter have an id. */
    private static void write(Connection connection, Instant takenAt, Map<Key, Long> open, Map<Key, OptionalLong> seen)
            throws SQLException {
        if (seen.isEmpty()) {
            return;
        }
        List<Object> values = new ArrayList<>();
        seen.forEach((key, memory) -> {
            values.add(Optional.ofNullable(open.get(key)));
            values.add(key.gpuId());
            values.add(key.pid());
            values.add(key.name());
            values.add(key.user());
            values.add(memory);
            values.add(takenAt);
            values.add(takenAt);
        });
        Sql.update(
                connection,
                "INSERT INTO gpu_process"
                        + " (id, gpu_id, pid, name, user_name, mem_used_bytes, first_seen_at, last_seen_at) VALUES "
                        + String.join(", ", Collections.nCopies(seen.size(), "(?, ?, ?, ?, ?, ?, ?, ?)"))
                        + " ON DUPLICATE KEY UPDATE mem_used_bytes = VALUES(mem_used_bytes),"
                        + " last_seen_at = VALUES(last_seen_at)",
                values.toArray());
    }

    private static void end(Connection connection, Instant takenAt, Collection<Long> ids) throws SQLException {
        if (!ids.isEmpty()) {
            List<Object> parameters = new ArrayList<>();
            parameters.add(takenAt);
            parameters.addAll(ids);
            Sql.update(
                    connection,
                    "UPDATE gpu_process SET ended_at = ? WHERE id IN (" + Sql.placeholders(ids) + ")",
                    parameters.toArray());
        }
    }

    private static List<Long> tooOld(Connection connection, Collection<Integer> gpuIds, Instant now)
            throws SQLException {
        List<Object> parameters = new ArrayList<>(gpuIds);
        parameters.add(now.minus(KEPT));
        return Sql.list(
                connection,
                "SELECT id FROM gpu_process WHERE gpu_id IN (" + Sql.placeholders(gpuIds) + ") AND ended_at < ? LIMIT "
                        + MAX_DELETED,
                row -> row.getLong("id"),
                parameters.toArray());
    }

    private static List<Long> tooMany(Connection connection, int gpuId) throws SQLException {
        return Sql.list(
                connection,
                "SELECT id FROM gpu_process WHERE gpu_id = ? AND ended_at IS NOT NULL"
                        + " ORDER BY ended_at DESC, last_seen_at DESC, id DESC LIMIT " + MAX_ENDED_EACH + ", "
                        + MAX_DELETED,
                row -> row.getLong("id"),
                gpuId);
    }

    /** By identity, so that no lock reaches beyond these rows. */
    private static void delete(Connection connection, Collection<Long> ids) throws SQLException {
        if (!ids.isEmpty()) {
            Sql.update(
                    connection, "DELETE FROM gpu_process WHERE id IN (" + Sql.placeholders(ids) + ")", ids.toArray());
        }
    }

    /**
     * A process on a GPU, as the GPU's machine reported it.
     *
     * @param gpuUuid UUID of the GPU
     * @param pid number of the process on its machine, 0 or more
     * @param name of its program, as somebody chose it; empty if unknown
     * @param user whose it is; empty if unknown
     * @param memUsedBytes of the GPU's memory; empty if unknown
     */
    public record RunningProcess(String gpuUuid, long pid, String name, String user, OptionalLong memUsedBytes) {}
}
