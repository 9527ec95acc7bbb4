package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class LimitCommandTest {
    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private final CommandRun shell = CommandRun.on(database);

    @BeforeEach
    void two_machines_and_one_limit() {
        database.execute("DELETE FROM fleet_limit WHERE metric <> 'cpu_temp_c'");
        shell.ok("owner", "add", "lena", "--mail", "lena@example.org");
        shell.ok("machine", "add", "gpu07", "--owner", "lena");
        shell.ok("machine", "add", "gpu08", "--owner", "lena");
    }

    @Test
    void a_machines_own_limit_counts_before_the_fleets() {
        assertThat(shell.ok(
                        "limit",
                        "set",
                        "cpu_temp_c",
                        "--critical",
                        "85",
                        "--clear",
                        "80",
                        "--for",
                        "30s",
                        "--machine",
                        "gpu07"))
                .isEqualTo("critical limit of gpu07 on cpu_temp_c: raised at 85 °C for 30s, cleared at 80 °C\n");

        assertThat(shell.ok("limit", "list", "--machine", "gpu07")).isEqualTo("""
                        MACHINE  METRIC      SEVERITY  RAISED AT  CLEARED AT  FOR  SET FOR
                        gpu07    cpu_temp_c  warning   80 °C      75 °C       1m   the fleet
                        gpu07    cpu_temp_c  critical  85 °C      80 °C       30s  gpu07
                        """);
        assertThat(shell.ok("limit", "list", "--machine", "gpu08")).doesNotContain("85 °C      80");
        assertThat(shell.ok("limit", "list")).isEqualTo("""
                        MACHINE  METRIC      SEVERITY  RAISED AT  CLEARED AT  FOR  SET FOR
                        (fleet)  cpu_temp_c  warning   80 °C      75 °C       1m   the fleet
                        (fleet)  cpu_temp_c  critical  90 °C      85 °C       10s  the fleet
                        gpu07    cpu_temp_c  critical  85 °C      80 °C       30s  gpu07
                        """);
    }

    @Test
    void what_is_not_given_is_kept_from_the_limit_that_held_so_far() {
        shell.ok("limit", "set", "cpu_temp_c", "--warning", "70", "--critical", "95", "--machine", "gpu07");

        assertThat(limits()).containsExactly("|warning|70.00|65.00|60", "|critical|95.00|90.00|10");
    }

    @Test
    void a_gpu_has_a_limit_of_its_own() {
        shell.ok("limit", "set", "gpu_temp_c", "--warning", "80", "--machine", "gpu07", "--gpu", "GPU-1");

        assertThat(shell.ok("limit", "list", "--machine", "gpu07"))
                .containsPattern("gpu_temp_c +warning +80 °C +80 °C +0s +gpu07 GPU-1");
    }

    @Test
    void limit_for_an_unknown_gpu_is_set_with_a_note() {
        String uuid = "GPU-5c1f0000-0000-0000-0000-000000000010";
        database.execute("INSERT INTO gpu (machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at)"
                + " SELECT id, '" + uuid
                + "', 0, 'H200', '', '2026-03-01', '2026-03-01' FROM machine WHERE name = 'gpu07'");
        String mistyped = uuid.replace("5c1f", "5c1e");

        assertThat(warn(80, "--gpu", mistyped))
                .isEqualTo("note: gpu07 has reported no card '" + mistyped + "' yet; the limit counts once it does;"
                        + " did you mean '" + uuid + "'?\n");
        assertThat(warn(80, "--gpu", uuid)).isEmpty();
    }

    @Test
    void a_warning_beyond_the_critical_limit_is_set_and_doubted() {
        database.execute("INSERT INTO fleet_limit VALUES ('gpu_temp_c', 'critical', 90, 85, 10)");

        assertThat(warn(95))
                .isEqualTo(
                        "note: the critical limit is reached before that of the warning: gpu_temp_c is dangerous when"
                                + " high\n");
        assertThat(warn(90)).as("one may last longer than the other").isEmpty();
        assertThat(shell.run("limit", "set", "gpu_slowdown_margin_c", "--warning", "3", "--critical", "10")
                        .err())
                .contains("gpu_slowdown_margin_c is dangerous when low");
    }

    /** What is said besides when the warning of gpu07 on its cards' temperature is set. */
    private String warn(int value, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("limit", "set", "gpu_temp_c", "--machine", "gpu07", "--warning", "" + value));
        arguments.addAll(List.of(options));
        return shell.run(arguments.toArray(String[]::new)).err();
    }

    @Test
    void a_low_value_is_what_is_bad_for_a_margin() {
        shell.ok("limit", "set", "gpu_slowdown_margin_c", "--warning", "5", "--clear", "8", "--machine", "gpu07");
        assertThat(limits()).containsExactly("|warning|5.00|8.00|0");

        assertThat(shell.run("limit", "set", "gpu_slowdown_margin_c", "--warning", "5", "--clear", "3")
                        .err())
                .contains("--clear 3 must be at or above 5", "dangerous when low");
    }

    @Test
    void limit_says_for_which_gpus_it_counts() {
        database.execute("INSERT INTO fleet_limit VALUES ('gpu_temp_c', 'critical', 90, 85, 10),"
                + " ('gpu_slowdown_margin_c', 'critical', 3, 13, 10)");
        assertThat(shell.ok("limit", "set", "gpu_temp_c", "--critical", "88"))
                .isEqualTo("critical limit of the fleet on gpu_temp_c: raised at 88 °C for 10s, cleared at 83 °C,"
                        + " for cards that do not report gpu_slowdown_margin_c\n");

        shell.ok("limit", "set", "gpu_temp_c", "--critical", "80", "--machine", "gpu07");
        shell.ok("limit", "set", "gpu_temp_c", "--critical", "70", "--machine", "gpu08", "--gpu", "GPU-1");

        assertThat(shell.ok("limit", "list", "--machine", "gpu07"))
                .containsPattern("gpu_temp_c +critical +80 °C +75 °C +10s +gpu07\n")
                .containsPattern("gpu_slowdown_margin_c +critical +3 °C +13 °C +10s +the fleet,"
                        + " but gpu_temp_c of gpu07 counts instead\n");
        assertThat(shell.ok("limit", "list", "--machine", "gpu08"))
                .containsPattern("gpu_temp_c +critical +88 °C .*the fleet,"
                        + " for cards that do not report gpu_slowdown_margin_c\n")
                .containsPattern("gpu_slowdown_margin_c +critical +3 °C .*the fleet\n")
                .containsPattern("gpu_temp_c +critical +70 °C .*gpu08 GPU-1\n")
                .containsPattern("gpu_slowdown_margin_c +critical +3 °C .*the fleet,"
                        + " but gpu_temp_c of gpu08 GPU-1 counts instead\n");
        assertThat(shell.ok("limit", "list", "--json"))
                .contains("\"counts_for\":\"cards_without_margin\"", "\"counts_for\":\"nobody\"");
    }

    @Test
    void limit_says_for_which_machines_it_counts() {
        database.execute("INSERT INTO fleet_limit VALUES ('cpu_margin_c', 'critical', 2, 8, 30)");
        assertThat(shell.ok("limit", "set", "cpu_temp_c", "--critical", "88"))
                .isEqualTo("critical limit of the fleet on cpu_temp_c: raised at 88 °C for 10s, cleared at 83 °C,"
                        + " for machines that do not report cpu_margin_c\n");

        shell.ok("limit", "set", "cpu_temp_c", "--critical", "80", "--machine", "gpu07");

        assertThat(shell.ok("limit", "list", "--machine", "gpu07"))
                .containsPattern("cpu_temp_c +critical +80 °C +75 °C +10s +gpu07\n")
                .containsPattern("cpu_margin_c +critical +2 °C +8 °C +30s +the fleet,"
                        + " but cpu_temp_c of gpu07 counts instead\n");
        assertThat(shell.ok("machine", "show", "gpu08"))
                .containsPattern(
                        "cpu_temp_c +critical +88 °C .*the fleet," + " for machines that do not report cpu_margin_c\n")
                .containsPattern("cpu_temp_c +warning +80 °C .*the fleet\n")
                .containsPattern("cpu_margin_c +critical +2 °C .*the fleet\n");
        assertThat(shell.ok("limit", "list", "--json")).contains("\"counts_for\":\"machines_without_margin\"");
    }

    @Test
    void a_limit_can_be_switched_off_for_one_machine_and_removed_again() {
        shell.ok("limit", "set", "cpu_temp_c", "--warning", "off", "--machine", "gpu07");
        assertThat(shell.ok("limit", "list", "--machine", "gpu07")).containsPattern("warning +off +gpu07");

        shell.ok("limit", "clear", "cpu_temp_c", "--machine", "gpu07");
        assertThat(limits()).isEmpty();
        assertThat(shell.run("limit", "clear", "cpu_temp_c", "--machine", "gpu07")
                        .err())
                .isEqualTo("error: gpu07 has no such limit of its own on cpu_temp_c\n");
    }

    @Test
    void nonsense_that_sql_left_is_named_and_can_be_removed() {
        database.execute("INSERT INTO fleet_limit VALUES ('cpu_tmp_c', 'warning', 1, 1, 0)");
        assertThat(shell.run("limit", "list").err())
                .isEqualTo("warning: warning limit of the fleet on 'cpu_tmp_c' is ignored: there is no such metric\n");

        shell.ok("limit", "clear", "cpu_tmp_c");
        assertThat(shell.run("limit", "list").err()).isEmpty();
    }

    private List<String> limits() {
        return database.query("SELECT CONCAT_WS('|', component, severity, raise_at, clear_at, for_s)"
                + " FROM machine_limit ORDER BY severity");
    }
}
