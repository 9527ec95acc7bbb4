package io.emberwatch.probe.app;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.Fifo;
import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.probe.status.StatusClient.StatusUnavailable;
import io.emberwatch.probe.testing.FakeCollector;
import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.ProbeProcess;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The daemon as a process of its own, on a machine with a dead drive, a dead fan controller and a network share away. */
@Tag("integration")
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class HungDevicesTest {
    @TempDir
    Path folder;

    private FakeCollector collector;
    private ProbeProcess probe;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        collector = new FakeCollector();
        Path root = folder.resolve("machine");
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nvme")
                .file("sys/class/hwmon/hwmon0/temp1_input", "41000")
                .file("sys/class/hwmon/hwmon1/name", "nvme")
                .file("sys/class/hwmon/hwmon2/name", "nct6798")
                .file("proc/loadavg", "1.5 1.5 1.5 1/100 1")
                .file("proc/self/mountinfo", """
                        22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
                        30 22 8:1 / /data rw - ext4 /dev/sda1 rw
                        31 30 0:50 / /data rw - nfs4 nas:/export\\033 rw""");
        Fifo.at(machine.tree().sys("class/hwmon/hwmon1/temp1_input"));
        Fifo.at(machine.tree().sys("class/hwmon/hwmon2/fan1_input"));
        probe = new ProbeProcess(folder, collector, "io.emberwatch.probe.cli.ProbeOnTree", root.toString());
    }

    @AfterEach
    void kill() throws IOException {
        probe.close();
        collector.close();
    }

    @Test
    void readings_go_on_without_what_hangs_which_is_named_and_the_service_can_be_stopped() throws Exception {
        Peer peer = collector.accept();
        Hello hello = peer.expect(Hello.class);
        peer.welcome(hello, welcome(4, 0));
        peer.expect(Inventory.class);

        Reading reading = null;
        // Both hang by themselves, and the drive that lives is measured.
        while (reading == null
                || reading.machine().get(Metric.HUNG_READ_COUNT).orElse(0) < 2
                || !reading.machine().has(Metric.NVME_TEMP_C)) {
            reading = lastOf(acknowledgeNext(peer));
        }
        FlatJson status = await().ignoreException(StatusUnavailable.class)
                .until(probe::status, now -> now.text("remark_3").isPresent());
        probe.process().destroy();

        assertThat(reading.machine().get(Metric.NVME_TEMP_C)).hasValue(41);
        assertThat(reading.machine().has(Metric.FAN_RPM)).isFalse();
        assertThat(reading.machine().get(Metric.FS_UNREACHABLE_COUNT)).hasValue(1);
        assertThat(status.text("sampling")).contains("running");
        assertThat(List.of(
                        status.text("remark_1").orElseThrow(),
                        status.text("remark_2").orElseThrow(),
                        status.text("remark_3").orElseThrow()))
                .anySatisfy(remark -> assertThat(remark).contains("hwmon1 hangs"))
                .anySatisfy(remark -> assertThat(remark).contains("hwmon2 hangs"))
                .anySatisfy(remark -> assertThat(remark)
                        .contains("/data (ext4 on /dev/sda1) cannot be measured: it is covered by nfs4 nas:/export")
                        .doesNotContain("\u001b"));
        assertThat(probe.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(probe.process().exitValue()).isEqualTo(ProbeProcess.EXIT_CODE_OF_SIGTERM);
    }

    private static Reading lastOf(List<Reading> readings) {
        return readings.get(readings.size() - 1);
    }

    private static List<Reading> acknowledgeNext(Peer peer) throws Exception {
        while (true) {
            if (peer.receive() instanceof Readings batch) {
                peer.send(new Ack(AcknowledgedRange.upTo(batch.lastSequence())));
                return batch.readings();
            }
        }
    }
}
