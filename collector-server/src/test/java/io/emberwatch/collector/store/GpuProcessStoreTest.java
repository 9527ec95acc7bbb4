package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.GpuProcessStore.RunningProcess;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class GpuProcessStoreTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final GpuProcessStore store = new GpuProcessStore();

    @AutoClose
    private final TestDatabase database;

    private final Map<String, Integer> gpuIds;

    GpuProcessStoreTest(TestServer server) throws SQLException {
        database = server.create();
        int machine = Registered.machine(database, "gpu07");
        int other = Registered.machine(database, "gpu08");
        gpuIds = gpusOf(machine, "GPU-a", "GPU-b");
        // Somebody else's, which nothing here may touch.
        put(gpusOf(other, "GPU-c"), NOON, running("GPU-c", 1, "untouched"));
    }

    @Test
    void what_goes_on_is_one_entry_with_its_newest_memory() throws SQLException {
        put(NOON, new RunningProcess("GPU-a", 5, "python3", "ada", OptionalLong.of(100)));
        put(NOON.plusSeconds(60), new RunningProcess("GPU-a", 5, "python3", "ada", OptionalLong.empty()));

        assertThat(entries()).containsExactly("GPU-a 5 python3 12:00:00 12:01:00 open ?");
    }

    @Test
    void the_same_number_of_somebody_else_is_another_process() throws SQLException {
        put(NOON, running("GPU-a", 5, "python3"));
        put(NOON.plusSeconds(60), new RunningProcess("GPU-a", 5, "python3", "bob", OptionalLong.of(7)));

        assertThat(entries())
                .containsExactly(
                        "GPU-a 5 python3 12:00:00 12:00:00 12:01:00 1", "GPU-a 5 python3 12:01:00 12:01:00 open 7");
    }

    @Test
    void names_that_the_database_takes_for_the_same_are_kept_apart() throws SQLException {
        put(NOON, running("GPU-a", 5, "Train"), running("GPU-a", 5, "train"), running("GPU-a", 5, "train "));
        put(NOON.plusSeconds(60), running("GPU-a", 5, "train"));

        assertThat(database.query("SELECT COUNT(*) FROM gpu_process WHERE pid = 5 AND ended_at IS NULL"))
                .containsExactly("1");
    }

    @Test
    void the_largest_numbers_and_unknown_gpus_do_no_harm() throws SQLException {
        put(
                NOON,
                new RunningProcess("GPU-a", Long.MAX_VALUE, "", "", OptionalLong.of(Long.MAX_VALUE)),
                running("GPU-x", 6, "nowhere"));
        put(NOON.plusSeconds(1), new RunningProcess("GPU-a", Long.MAX_VALUE, "", "", OptionalLong.of(Long.MAX_VALUE)));
        put(Map.of(), NOON, running("GPU-a", 6, "nowhere"));

        assertThat(entries()).containsExactly("GPU-a 9223372036854775807  12:00:00 12:00:01 open 9223372036854775807");
    }

    @Test
    void what_ended_a_week_ago_is_forgotten_and_what_still_runs_is_not() throws SQLException {
        put(NOON, running("GPU-a", 1, "short"), running("GPU-b", 2, "long"));
        put(NOON.plusSeconds(60), running("GPU-b", 2, "long"));
        put(NOON.plusSeconds(60).plus(GpuProcessStore.KEPT), running("GPU-b", 2, "long"));
        assertThat(pids()).containsExactly("1", "2");

        put(NOON.plusSeconds(61).plus(GpuProcessStore.KEPT), running("GPU-b", 2, "long"));
        assertThat(pids()).containsExactly("2");
    }

    @Test
    void of_a_machine_that_starts_processes_without_end_the_newest_are_kept() throws SQLException {
        Instant at = NOON;
        int looks = GpuProcessStore.MAX_ENDED_EACH / 100 + 5;
        for (int look = 0; look < looks; look++) {
            at = at.plus(Duration.ofSeconds(2));
            long first = look * 100L;
            put(
                    at,
                    LongStream.range(first, first + 100)
                            .mapToObj(pid -> running("GPU-a", pid, "fork"))
                            .toArray(RunningProcess[]::new));
        }
        put(at.plusSeconds(2));

        assertThat(database.query("SELECT CONCAT_WS(' ', COUNT(*), MIN(pid), MAX(pid)) FROM gpu_process p"
                        + " JOIN gpu g ON g.id = p.gpu_id WHERE g.uuid = 'GPU-a'"))
                .containsExactly(GpuProcessStore.MAX_ENDED_EACH + " " + (looks * 100 - GpuProcessStore.MAX_ENDED_EACH)
                        + " " + (looks * 100 - 1));
        assertThat(database.query("SELECT name FROM gpu_process p JOIN gpu g ON g.id = p.gpu_id WHERE g.uuid = 'GPU-c'"
                        + " AND ended_at IS NULL"))
                .containsExactly("untouched");
    }

    private void put(Instant at, RunningProcess... running) throws SQLException {
        put(gpuIds, at, running);
    }

    private void put(Map<String, Integer> gpuIdsByUuid, Instant at, RunningProcess... running) throws SQLException {
        database.database().transact(connection -> {
            store.put(connection, gpuIdsByUuid, at, Arrays.asList(running));
            return true;
        });
    }

    private static RunningProcess running(String uuid, long pid, String name) {
        return new RunningProcess(uuid, pid, name, "ada", OptionalLong.of(1));
    }

    private Map<String, Integer> gpusOf(int machine, String... uuids) throws SQLException {
        List<GpuInfo> gpus = IntStream.range(0, uuids.length)
                .mapToObj(slot -> GpuInfo.withoutLimits(uuids[slot], "H200", ""))
                .toList();
        return database.database().transact(connection -> {
            new InventoryStore()
                    .put(
                            connection,
                            machine,
                            new Inventory("", "", "", "", "", 0, 0, "", gpus, "", OptionalInt.empty()));
            return new HashMap<>(new InventoryStore()
                    .gpus(connection, List.of(machine))
                    .get(machine)
                    .ids());
        });
    }

    private List<String> entries() {
        return database.query(
                "SELECT CONCAT_WS(' ', g.uuid, p.pid, p.name, DATE_FORMAT(p.first_seen_at, '%T'), DATE_FORMAT(p.last_seen_at, '%T'),"
                        + " COALESCE(DATE_FORMAT(p.ended_at, '%T'), 'open'), COALESCE(p.mem_used_bytes, '?')) FROM gpu_process p"
                        + " JOIN gpu g ON g.id = p.gpu_id WHERE g.uuid <> 'GPU-c' ORDER BY p.first_seen_at, p.id");
    }

    private List<String> pids() {
        return database.query("SELECT p.pid FROM gpu_process p JOIN gpu g ON g.id = p.gpu_id"
                + " WHERE g.uuid <> 'GPU-c' ORDER BY p.pid");
    }
}
