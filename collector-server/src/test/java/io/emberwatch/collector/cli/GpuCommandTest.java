package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.InventoryStore;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class GpuCommandTest {
    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private final CommandRun shell = CommandRun.on(database);
    private int machine;

    @BeforeEach
    void machine_with_two_gpus() throws SQLException {
        shell.ok("owner", "add", "lena", "--mail", "lena@example.org");
        shell.ok("machine", "add", "gpu07", "--owner", "lena");
        shell.ok("machine", "add", "gpu08", "--owner", "lena");
        machine = Integer.parseInt(
                database.query("SELECT id FROM machine WHERE name = 'gpu07'").get(0));
        inventory("GPU-aaaa", "GPU-bbbb");
    }

    @Test
    void gpus_are_listed_with_their_state() throws SQLException {
        reading(1);
        assertThat(list())
                .containsExactly(
                        "gpu07|0|H200|GPU-aaaa|ok|61.5 °C|28.5 °C|82 °C|",
                        "gpu07|1|H200|GPU-bbbb|" + GpuFault.LOST.words() + "|82 °C|");

        inventory("GPU-bbbb");
        assertThat(list()).first().asString().startsWith("gpu07|0|H200|GPU-aaaa|missing|");

        String noDriver = GpuFault.DRIVER_MISSING.words();
        database.execute("UPDATE reading SET gpu_driver_fault = 4");
        database.execute("DELETE FROM gpu_reading");
        assertThat(list())
                .allMatch(line -> line.contains("|" + noDriver + "|") || line.contains("|unknown: " + noDriver + "|"));

        database.execute("UPDATE reading SET gpu_driver_fault = NULL");
        assertThat(list()).as("an older probe").allMatch(line -> line.contains("|unknown|"));
        assertThat(shell.ok("gpu", "list", "gpu08"))
                .isEqualTo("no cards in gpu08; machines report theirs when they connect\n");
    }

    @Test
    void gpu_that_needs_a_restart_is_listed_with_that_and_its_temperature() {
        reading(GpuFault.RESTART_REQUIRED.code());
        database.execute("UPDATE gpu_reading SET gpu_temp_c = 61.5");

        assertThat(list())
                .last()
                .asString()
                .startsWith("gpu07|1|H200|GPU-bbbb|needs a restart of its machine|61.5 °C|");
    }

    @Test
    void gpu_with_a_fatal_error_is_listed_with_that_and_not_as_ok() throws SQLException {
        reading(GpuFault.NONE.code());
        assertThat(list()).last().asString().contains("|ok|");
        database.execute("UPDATE gpu_reading SET gpu_fatal_xid = IF(gpu_temp_c IS NULL, 79, 0)");

        assertThat(list()).first().asString().contains("|ok|");
        assertThat(list()).last().asString().contains("|fatal XID error 79|");
        assertThat(shell.ok("machine", "show", "gpu07")).contains("fatal XID error 79\n");
        assertThat(shell.ok("gpu", "list", "--json")).contains("\"state\":\"faulty\"", "\"fatal_xid\":79");

        database.execute("UPDATE gpu_reading SET gpu_fault = " + GpuFault.RESET_REQUIRED.code());
        assertThat(list()).last().asString().contains("|" + GpuFault.RESET_REQUIRED.words() + "|");
    }

    @Test
    void gpu_is_retired_and_brought_back_by_its_uuid_or_slot() throws SQLException {
        inventory("GPU-bbbb");

        assertThat(shell.ok("gpu", "retire", "gpu07", "GPU-aaaa"))
                .isEqualTo("GPU 0 of gpu07 (H200, GPU-aaaa) is retired: nobody misses it, and its alarms end with the"
                        + " machine's next reading\n");
        assertThat(retired()).containsExactly("GPU-aaaa");
        assertThat(list()).first().asString().contains("|retired|");
        assertThat(shell.ok("gpu", "retire", "gpu07", "GPU-aaaa")).contains("has been retired since 20");

        assertThat(shell.ok("gpu", "unretire", "gpu07", "GPU-aaaa")).contains("is to be there");
        assertThat(shell.ok("gpu", "unretire", "gpu07", "GPU-aaaa")).contains("was not retired");
        assertThat(retired()).isEmpty();

        inventory("GPU-aaaa", "GPU-bbbb");
        assertThat(shell.ok("gpu", "retire", "gpu07", "1"))
                .as("what is still there may burn")
                .isEqualTo("GPU 1 of gpu07 (H200, GPU-bbbb) is retired: nobody will miss it; it is watched until the"
                        + " machine shows it no more\n");
        shell.ok("gpu", "unretire", "gpu07", "1");
        assertThat(shell.run("gpu", "retire", "gpu07", "1").err())
                .isEqualTo("note: gpu07 showed it when it last reported its cards; it is in use again if it does so"
                        + " once more\n");
        assertThat(retired()).containsExactly("GPU-bbbb");

        inventory("GPU-aaaa", "GPU-bbbb");
        assertThat(retired()).as("it was right").isEmpty();
    }

    @Test
    void mistake_is_reported_with_what_may_have_been_meant() throws SQLException {
        inventory("GPU-bbbb");

        assertThat(shell.run("gpu", "retire", "gpu7", "0").err())
                .startsWith("error: there is no machine 'gpu7'; did you mean 'gpu07'?");
        assertThat(shell.run("gpu", "retire", "gpu07", "GPU-aaab").err())
                .startsWith("error: there is no card 'GPU-aaab' in gpu07; did you mean 'GPU-aaaa'?");
        assertThat(shell.run("gpu", "retire", "gpu07", "7").err()).startsWith("error: there is no card '7' in gpu07");
        assertThat(shell.run("gpu", "retire", "gpu07", "0").err())
                .isEqualTo("error: gpu07 has had 2 cards in slot 0; say which by its UUID: GPU-aaaa, GPU-bbbb\n");
        assertThat(shell.run("gpu", "retire", "gpu07").exitCode()).isEqualTo(2);
        assertThat(retired()).isEmpty();
    }

    @Test
    void machine_show_has_its_hardware_and_the_limits_of_its_gpus() throws SQLException {
        reading(2);

        assertThat(shell.ok("machine", "show", "gpu07"))
                .as("a virtual machine has no model to show")
                .doesNotContainPattern("(?m)^found")
                .containsPattern("runs on +kvm, a virtual machine\n")
                .containsPattern("cpu temperature +no temperature sensor, as is usual on kvm\n")
                .containsPattern("gpu driver +NVIDIA 570.86\n")
                .containsPattern("0 +H200 +GPU-aaaa +0000:0b:00.0 +87 °C +92 °C +85 °C +82 °C +95 °C +ok\n")
                .containsPattern("1 +H200 +GPU-bbbb +0000:1b:00.0 +87 °C .* " + GpuFault.RESET_REQUIRED.words() + "\n");
        assertThat(shell.ok("machine", "show", "gpu07", "--json"))
                .contains(
                        "\"virtualization\":\"kvm\"",
                        "\"temp_sensor_count\":0",
                        "\"gpu_driver\":\"NVIDIA 570.86\"",
                        "\"slowdown_temp_c\":87",
                        "\"target_temp_c\":82",
                        "\"state\":\"faulty\",\"fault\":\"reset_required\"");
        assertThat(shell.ok("gpu", "list", "gpu07", "--json"))
                .contains("\"gpu_temp_c\":61.5", "\"gpu_slowdown_margin_c\":28.5", "\"retired_at\":null");
    }

    @Test
    void limits_moved_by_the_target_of_a_gpu_are_shown_with_the_reason() throws SQLException {
        inventory("GPU-aaaa");
        shell.ok("gpu", "retire", "gpu07", "GPU-bbbb");
        shell.ok("limit", "set", "gpu_slowdown_margin_c", "--critical", "2", "--machine", "gpu08");

        assertThat(shell.ok("limit", "list", "--machine", "gpu07"))
                .containsPattern("gpu_slowdown_margin_c +warning +10 °C +13 °C +1m +the fleet\n")
                .containsPattern("gpu07 +gpu_slowdown_margin_c +warning +4 °C +5 °C +1m +the fleet,"
                        + " for GPU-aaaa beyond its own target of 82 °C\n")
                .containsPattern("gpu07 +gpu_slowdown_margin_c +critical +3 °C +5 °C +10s +the fleet,"
                        + " for GPU-aaaa beyond its own target of 82 °C\n")
                .doesNotContain("GPU-bbbb");
        assertThat(shell.ok("limit", "list", "--machine", "gpu07", "--json"))
                .contains("{\"machine\":\"gpu07\",\"gpu\":\"GPU-aaaa\",\"metric\":\"gpu_slowdown_margin_c\","
                        + "\"severity\":\"warning\",\"raise_at\":4,\"clear_at\":5,\"for_s\":60,"
                        + "\"set_for\":\"fleet\",\"counts_for\":\"all\",\"target_temp_c\":82}");
        assertThat(shell.ok("machine", "show", "gpu07")).contains("for GPU-aaaa beyond its own target of 82 °C");
        assertThat(shell.ok("limit", "list", "--machine", "gpu08")).doesNotContain("target");

        shell.ok("limit", "set", "gpu_slowdown_margin_c", "--warning", "8", "--machine", "gpu07", "--gpu", "GPU-aaaa");
        assertThat(shell.ok("limit", "list", "--machine", "gpu07"))
                .containsPattern("gpu_slowdown_margin_c +warning +8 °C +11 °C +1m +gpu07 GPU-aaaa\n")
                .doesNotContainPattern("warning .* beyond its own target");
    }

    @Test
    void gpu_that_is_gone_was_last_seen_in_its_last_reading() {
        reading(0);
        database.execute("UPDATE gpu SET last_seen_at = '2026-02-28'");
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence, gpu_driver_fault) VALUES (" + machine
                + ", '2026-03-02', 2, 0)");
        database.execute("UPDATE probe_session SET last_sequence = 2, last_taken_at = '2026-03-02'");

        assertThat(shell.ok("gpu", "list", "gpu07", "--json"))
                .contains("\"state\":\"missing\"", "\"last_seen_at\":\"2026-03-01T00:00:00Z\"");
    }

    private void inventory(String... uuids) throws SQLException {
        // Of the machine's inventories only the last names a card; two come no sooner than a second after each other.
        database.execute("UPDATE gpu SET last_seen_at = last_seen_at - INTERVAL 1 SECOND");
        OptionalInt[] limits = {
            OptionalInt.of(87), OptionalInt.of(92), OptionalInt.of(95), OptionalInt.of(85), OptionalInt.of(82)
        };
        List<GpuInfo> gpus = Stream.iterate(0, slot -> slot < uuids.length, slot -> slot + 1)
                .map(slot -> new GpuInfo(
                        uuids[slot],
                        "H200",
                        "0000:" + slot + "b:00.0",
                        limits[0],
                        limits[1],
                        limits[2],
                        limits[3],
                        limits[4]))
                .toList();
        database.database().transact(connection -> {
            new InventoryStore()
                    .put(
                            connection,
                            machine,
                            new Inventory(
                                    "",
                                    "",
                                    "Debian 12",
                                    "6.1",
                                    "Xeon",
                                    8,
                                    1,
                                    "kvm",
                                    gpus,
                                    "NVIDIA 570.86",
                                    OptionalInt.of(0)));
            return true;
        });
    }

    /** The machine's latest, in which its driver is fine; of the first card a temperature, of the second a fault. */
    private void reading(int faultOfSecond) {
        database.execute("INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence, last_taken_at, state,"
                + " connected_at, last_heard_at, remote_address, probe_version, clock_offset_ms) VALUES (" + machine
                + ", 1, REPEAT('b', 16), 1, '2026-03-01', 'open', '2026-03-01', '2026-03-01', '', '', 0)");
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence, gpu_driver_fault) VALUES (" + machine
                + ", '2026-03-01', 1, 0)");
        database.execute("INSERT INTO gpu_reading (gpu_id, machine_id, taken_at, sequence, gpu_temp_c,"
                + " gpu_slowdown_margin_c, gpu_fault) SELECT id, machine_id, '2026-03-01', 1,"
                + " IF(uuid = 'GPU-aaaa', 61.5, NULL), IF(uuid = 'GPU-aaaa', 28.5, NULL),"
                + " IF(uuid = 'GPU-aaaa', 0, " + faultOfSecond + ") FROM gpu");
    }

    private List<String> list() {
        return shell.ok("gpu", "list")
                .lines()
                .skip(1)
                .map(line -> line.replaceAll("\\s{2,}", "|").replaceAll("just now$|\\d+\\w ago$", ""))
                .toList();
    }

    private List<String> retired() {
        return database.query("SELECT uuid FROM gpu WHERE retired_at IS NOT NULL");
    }
}
