package io.emberwatch.collector.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.testing.CollectorProcess;
import io.emberwatch.collector.testing.MailsInFolder;
import io.emberwatch.collector.testing.MailsInFolder.Mail;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** From a card's driver to its owner's mailbox, with both real daemons. */
@EnabledIf(
        value = "io.emberwatch.collector.gpu.FakeGpuMachine#canBeBuilt",
        disabledReason = "there is no C compiler (cc) to build the stand-in for NVIDIA's library with")
@Tag("integration")
class GpuMachineIT {
    private static final int GPUS = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    /**
     * Between two readings: one second, and the deadline of a card that hangs, and what a busy machine adds. The
     * longest gap of all is not judged: this machine may stand still once, and a card that costs the others their
     * readings does so again and again. A reading that waits for the card itself would come never.
     */
    private static final long USUAL_GAP_MILLIS = 6_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    /** The scene: eight healthy cards, and what a test changes. */
    private final Map<String, String> scene = healthyGpus();

    @Test
    void gpu_faults_reach_the_owner_and_cost_no_other_gpu_its_readings() throws Exception {
        MailsInFolder mails = new MailsInFolder(folder.resolve("mail"));
        try (TestDatabase database = TestServer.MARIADB.create();
                CollectorProcess collector = new CollectorProcess(database.settings(), folder);
                FakeGpuMachine machine = new FakeGpuMachine(folder)) {
            TestFleet.Member member = TestFleet.register(database.database(), 1).get(0);
            database.execute("DELETE FROM fleet_limit WHERE metric NOT LIKE 'gpu%'");
            // While NVML begins anew, one card may answer otherwise than the others, for a reading or two.
            database.execute("UPDATE fleet_limit SET for_s = IF(metric = 'gpu_fault', 5, 0)"
                    + " WHERE metric <> 'gpu_driver_fault'");
            machine.play(scene);
            collector.start();
            machine.startProbe(collector.address(), member);

            until(database, "SELECT COUNT(DISTINCT gpu_id) FROM gpu_reading WHERE gpu_temp_c IS NOT NULL", "8");
            assertThat(database.query(
                            "SELECT CONCAT_WS(' ', uuid, pci_bus_id, slowdown_temp_c) FROM gpu WHERE slot = 3"))
                    .containsExactly("GPU-fake-3 0000:13:00.0 87");
            assertThat(database.query("SELECT gpu_driver FROM machine_inventory"))
                    .containsExactly("NVIDIA 580.65.06");

            gpuFallsOffTheBus(machine, mails, database);
            gpuHangs(machine, mails, database);
            gpuComesNearItsLimit(machine, mails, database);
            gpuThatNeedsARestartIsStillJudgedByItsValues(machine, mails, database);
            gpuRunsAtItsTargetTemperature(machine, mails, database);
            reloadedDriverFindsOneGpuLess(machine, mails);

            assertThat(mails.all())
                    .extracting(Mail::subject)
                    .as("nothing is mailed twice, nor as its XID error once more")
                    .doesNotHaveDuplicates()
                    .noneMatch(subject -> subject.contains("XID"));
            assertThat(mails.all())
                    .extracting(Mail::subject)
                    .as("nothing is mailed about the other GPUs")
                    .allMatch(subject -> subject.matches(".* gpu[23456] .*|.* 1 of its 8 GPUs is missing"));
        }
    }

    private void gpuFallsOffTheBus(FakeGpuMachine machine, MailsInFolder mails, TestDatabase database)
            throws Exception {
        // The real library often leaves this error out; the loss does not depend on it.
        scene.put("5.xid", "79");
        scene.put("5.all", "15");
        machine.play(scene);

        Mail lost = awaitMail(mails, "[critical] box1 gpu5 has fallen off the bus");
        assertThat(lost.text()).contains("GPU-fake-5", "NVIDIA H100", "PCI 0000:15:00.0", "What to do");
        until(database, "SELECT CONCAT(g.slot, ' ', x.xid) FROM gpu_xid x JOIN gpu g ON g.id = x.gpu_id", "5 79");
    }

    private void gpuHangs(FakeGpuMachine machine, MailsInFolder mails, TestDatabase database) throws Exception {
        String since = database.query("SELECT MAX(taken_at) FROM gpu_reading").get(0);
        scene.put("6.hang", "1");
        machine.play(scene);

        Mail hung = awaitMail(mails, "[critical] box1 gpu6 has not answered for ");
        assertThat(hung.text()).contains("GPU-fake-6", "Whether it overheats cannot be seen", "stat,wchan");
        String others = " FROM gpu_reading r JOIN gpu g ON g.id = r.gpu_id WHERE g.slot = 0 AND r.taken_at >= '" + since
                + "' AND r.gpu_temp_c IS NOT NULL";
        await().atMost(TIMEOUT).until(() -> number(database, "SELECT COUNT(*)" + others) >= 6);
        assertThat(number(
                        database,
                        "SELECT gap FROM (SELECT TIMESTAMPDIFF(MICROSECOND, LAG(r.taken_at) OVER (ORDER BY r.taken_at),"
                                + " r.taken_at) / 1000 AS gap" + others
                                + ") AS gaps ORDER BY gap DESC LIMIT 1 OFFSET 1"))
                .as("longest time but one without a reading of another GPU, ms")
                .isLessThan(USUAL_GAP_MILLIS);
    }

    private void gpuComesNearItsLimit(FakeGpuMachine machine, MailsInFolder mails, TestDatabase database)
            throws Exception {
        until(
                database,
                "SELECT COUNT(*) FROM gpu_process p JOIN gpu g ON g.id = p.gpu_id WHERE g.slot = 3"
                        + " AND p.ended_at IS NULL",
                "1");
        scene.put("3.temp", "79");
        scene.put("3.margin", "8");
        machine.play(scene);

        Mail warm = awaitMail(mails, "[warning] box1 gpu3 8.0 °C below slowdown (limit 10.0)");
        assertThat(warm.text())
                .contains("is 8.0 °C below the temperature at which it slows down (87 °C), at 79.0 °C")
                .contains("87 °C slowdown, 92 °C shutdown, 105 °C memory")
                .containsPattern("pid " + ProcessHandle.current().pid() + "  java of .+, 64\\.0 GiB\n");
    }

    private void gpuThatNeedsARestartIsStillJudgedByItsValues(
            FakeGpuMachine machine, MailsInFolder mails, TestDatabase database) throws Exception {
        scene.put("2.xid", "154");
        scene.put("2.recovery", "2");
        machine.play(scene);

        Mail restart = awaitMail(mails, "[critical] box1 gpu2 needs a restart of its machine");
        assertThat(restart.text())
                .contains("GPU-fake-2", "PCI 0000:12:00.0", "What to do", "then restart it")
                .doesNotContain("cannot be seen", "--gpu-reset");
        until(
                database,
                "SELECT CONCAT_WS(' ', gpu_fault, gpu_temp_c) FROM gpu_reading r JOIN gpu g ON g.id = r.gpu_id"
                        + " WHERE g.slot = 2 ORDER BY r.taken_at DESC LIMIT 1",
                "8 52.0");

        scene.put("2.temp", "78");
        scene.put("2.margin", "9");
        machine.play(scene);
        awaitMail(mails, "[warning] box1 gpu2 9.0 °C below slowdown (limit 10.0)");
    }

    private void gpuRunsAtItsTargetTemperature(FakeGpuMachine machine, MailsInFolder mails, TestDatabase database)
            throws Exception {
        scene.put("4.temp", "84");
        scene.put("4.margin", "3");
        machine.play(scene);
        String atTarget = "SELECT COUNT(*) >= 5 FROM gpu_reading r JOIN gpu g ON g.id = r.gpu_id"
                + " WHERE g.slot = 4 AND g.target_temp_c = 84 AND r.gpu_temp_c = 84 AND r.gpu_slowdown_margin_c = 3";
        until(database, atTarget, "1");
        assertThat(database.query("SELECT metric FROM alarm WHERE component = 'GPU-fake-4'"))
                .as("at its target")
                .isEmpty();

        scene.put("4.temp", "85");
        scene.put("4.margin", "2");
        machine.play(scene);

        Mail hot = awaitMail(mails, "[critical] box1 gpu4 2.0 °C below slowdown (limit 2.0)");
        assertThat(hot.text()).contains("84 °C target, 87 °C slowdown, 92 °C shutdown, 105 °C memory");

        scene.put("4.temp", "84");
        scene.put("4.margin", "3");
        machine.play(scene);
        awaitMail(mails, "[cleared] box1 gpu4 ");
        assertThat(mails.about(" gpu4 ")).as("one each").hasSize(2);
    }

    private void reloadedDriverFindsOneGpuLess(FakeGpuMachine machine, MailsInFolder mails) throws Exception {
        scene.clear();
        scene.putAll(healthyGpus());
        scene.put("epoch", "2");
        scene.put("count", "7");
        machine.play(scene);

        assertThat(awaitMail(mails, "[cleared] box1 gpu5 answers again").text())
                .contains("; it had fallen off the bus for ");
        awaitMail(mails, "[cleared] box1 gpu6 answers again");
        awaitMail(mails, "[cleared] box1 gpu3 ");
        assertThat(awaitMail(mails, "[cleared] box1 gpu2 needs no restart of its machine any more")
                        .text())
                .contains("; it needed a restart of its machine for ");
        assertThat(awaitMail(mails, "[critical] box1: 1 of its 8 GPUs is missing")
                        .text())
                .contains("NVIDIA H100, GPU-fake-7, PCI 0000:17:00.0", "gpu retire box1 GPU-fake-7")
                .doesNotContain("GPU-fake-6");
    }

    private static Mail awaitMail(MailsInFolder mails, String subject) {
        return await("a mail " + subject)
                .atMost(TIMEOUT)
                .until(() -> mails.about(subject), found -> !found.isEmpty())
                .get(0);
    }

    private static void until(TestDatabase database, String sql, String answer) {
        await(sql).atMost(TIMEOUT).until(() -> database.query(sql).equals(List.of(answer)));
    }

    private static double number(TestDatabase database, String sql) {
        return Double.parseDouble(database.query(sql).get(0));
    }

    private static Map<String, String> healthyGpus() {
        Map<String, String> scene = new TreeMap<>(Map.of("count", "" + GPUS, "driver", "580.65.06", "epoch", "1"));
        for (int gpu = 0; gpu < GPUS; gpu++) {
            int temp = 50 + gpu;
            Map<String, Object> of = Map.of(
                    "uuid",
                    "GPU-fake-" + gpu,
                    "name",
                    "NVIDIA H100",
                    "bus",
                    "00000000:1" + gpu + ":00.0",
                    "temp",
                    temp,
                    "slowdown",
                    87,
                    "shutdown",
                    92,
                    "mem_max",
                    105,
                    "margin",
                    87 - temp,
                    "mem_temp",
                    60,
                    "power",
                    350_000);
            int number = gpu;
            of.forEach((key, value) -> scene.put(number + "." + key, value.toString()));
            scene.put(number + ".recovery", "0");
        }
        scene.put("4.target", "84");
        scene.put("3.pid", "" + ProcessHandle.current().pid());
        scene.put("3.pid_mem", "" + (64L << 30));
        return scene;
    }
}
