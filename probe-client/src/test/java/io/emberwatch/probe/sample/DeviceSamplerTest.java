package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks and network interfaces: which of them count. */
final class DeviceSamplerTest {
    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong();
    private FakeTree machine;

    @BeforeEach
    void newMachine() {
        machine = new FakeTree(root);
    }

    @Test
    void disks_count_only_if_they_are_whole_and_hardware() throws IOException {
        machine.folder("sys/block/nvme0n1/device")
                .folder("sys/block/sda/device")
                .folder("sys/block/loop0")
                .folder("sys/block/dm-0")
                .folder("sys/block/md127");
        DeviceSampler disks = DeviceSampler.ofDisks(machine.tree(), nanos::get);
        diskstats(0, 0);
        Reads.of(disks);

        nanos.addAndGet(2_000_000_000L);
        diskstats(1000, 4000);
        MetricValues values = Reads.of(disks);

        // Two disks of 1000 sectors of 512 bytes each in two seconds.
        assertThat(values.get(Metric.DISK_READ_BYTES_PER_S)).hasValue(512_000);
        assertThat(values.get(Metric.DISK_WRITE_BYTES_PER_S)).hasValue(2_048_000);
    }

    @Test
    void interfaces_count_only_if_they_are_hardware() throws IOException {
        machine.folder("sys/class/net/eth0/device");
        DeviceSampler net = DeviceSampler.ofNetworkInterfaces(machine.tree(), nanos::get);
        interfaceCounters(0, 0);
        Reads.of(net);

        nanos.addAndGet(1_000_000_000L);
        interfaceCounters(1000, 3000);
        MetricValues values = Reads.of(net);

        assertThat(values.get(Metric.NET_RX_BYTES_PER_S)).hasValue(1000);
        assertThat(values.get(Metric.NET_TX_BYTES_PER_S)).hasValue(3000);
    }

    @Test
    void machine_without_disks_and_interfaces_has_no_rates() throws IOException {
        DeviceSampler disks = DeviceSampler.ofDisks(machine.tree(), nanos::get);
        Reads.of(disks);
        nanos.addAndGet(1_000_000_000L);

        assertThat(Reads.of(disks).isEmpty()).isTrue();
        assertThat(Reads.of(DeviceSampler.ofNetworkInterfaces(machine.tree(), nanos::get))
                        .isEmpty())
                .isTrue();
    }

    private void diskstats(long sectorsRead, long sectorsWritten) {
        StringBuilder lines = new StringBuilder();
        for (String name : new String[] {"nvme0n1", "nvme0n1p1", "sda", "sda1", "loop0", "dm-0", "md127"}) {
            lines.append(
                    " 259  0 %s 10 0 %d 7 20 0 %d 9 0 0 0 0 0 0 0 0 0%n".formatted(name, sectorsRead, sectorsWritten));
        }
        machine.file("proc/diskstats", lines.toString());
    }

    private void interfaceCounters(long received, long sent) {
        for (String name : new String[] {"eth0", "lo", "docker0", "veth12ab", "bond0"}) {
            machine.file("sys/class/net/" + name + "/statistics/rx_bytes", Long.toString(received))
                    .file("sys/class/net/" + name + "/statistics/tx_bytes", Long.toString(sent));
        }
    }
}
