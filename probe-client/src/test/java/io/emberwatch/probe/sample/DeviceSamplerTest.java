package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
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

    /** netdata/netdata #5744, atop #157: up to Linux 6.2 the disk itself does not count, but its paths do. */
    @Test
    void paths_of_an_nvme_drive_count_where_the_kernel_does_not_count_at_the_drive() throws IOException {
        machine.folder("sys/block/nvme0n1/device")
                .folder("sys/block/nvme0c0n1/device")
                .folder("sys/block/nvme0c1n1/device");

        assertThat(diskRead(1000, "nvme0c0n1", "nvme0c1n1")).hasValue(1_024_000);
    }

    @Test
    void nvme_drive_counts_and_not_its_paths_where_the_kernel_counts_at_both() throws IOException {
        machine.folder("sys/block/nvme0n1/device")
                .folder("sys/block/nvme0c0n1/device")
                .folder("sys/block/nvme0c1n1/device");

        assertThat(diskRead(1000, "nvme0n1", "nvme0c0n1", "nvme0c1n1")).hasValue(512_000);
    }

    @Test
    void paths_of_an_nvme_drive_count_where_counting_at_the_drive_was_switched_off() throws IOException {
        machine.folder("sys/block/nvme0n1/device")
                .file("sys/block/nvme0n1/queue/iostats", "0")
                .folder("sys/block/nvme0c0n1/device");

        assertThat(diskRead(1000, "nvme0n1", "nvme0c0n1")).hasValue(512_000);
    }

    /** Drives of two subsystems, the paths to one of which have the numbers of the other. */
    @Test
    void nvme_path_belongs_to_the_drive_of_its_subsystem_and_namespace() throws IOException {
        for (String disk : new String[] {"nvme0n1", "nvme0n2", "nvme1n1", "nvme0c1n1", "nvme0c1n2", "nvme1c0n1"}) {
            machine.folder("sys/block/" + disk + "/device");
        }

        assertThat(diskRead(1000, "nvme0n1", "nvme0n2", "nvme1n1", "nvme0c1n1", "nvme0c1n2", "nvme1c0n1"))
                .hasValue(3 * 512_000);
    }

    /** A drive with several paths lies below no controller; the kernel has always given it a device, but need not. */
    @Test
    void nvme_drive_with_several_paths_counts_also_without_a_device() throws IOException {
        machine.folder("sys/block/nvme0n1").folder("sys/block/nvme0c0n1/device");

        assertThat(diskRead(1000, "nvme0n1", "nvme0c0n1")).hasValue(512_000);
    }

    @Test
    void what_is_made_of_disks_or_of_memory_does_not_count() throws IOException {
        machine.folder("sys/block/sda/device");
        String[] made = {"dm-0", "md0", "bcache0", "drbd0", "loop0", "zram0", "ram0", "zd16", "nbd0"};
        for (String disk : made) {
            machine.folder("sys/block/" + disk);
        }
        String[] all = Arrays.copyOf(made, made.length + 1);
        all[made.length] = "sda";

        assertThat(diskRead(1000, all)).hasValue(512_000);
    }

    /** One of the kernel's SCSI targets, mounted on the machine that offers it. */
    @Test
    void disk_that_is_looped_back_to_another_does_not_count() throws IOException {
        machine.folder("sys/block/sda/device")
                .link("sys/block/sdb/device", "sys/devices/tcm_loop_0/tcm_loop_adapter_0/host3/target3:0:1/3:0:1:0")
                .folder("sys/devices/tcm_loop_0/tcm_loop_adapter_0/host3/target3:0:1/3:0:1:0");

        assertThat(diskRead(1000, "sda", "sdb")).hasValue(512_000);
    }

    @Test
    void disks_of_virtual_machines_and_cards_and_network_disks_with_a_device_count() throws IOException {
        String[] disks = {"vda", "xvda", "mmcblk0", "mmcblk0boot0", "dasda", "sr0", "pmem0", "rbd0", "cciss/c0d0"};
        for (String disk : disks) {
            machine.folder("sys/block/" + disk.replace('/', '!') + "/device");
        }

        assertThat(diskRead(1000, disks)).hasValue(9 * 512_000);
    }

    /** scylladb/seastar #3189: Azure's accelerated networking. What the kernel enslaves is counted at the master. */
    @Test
    void hardware_behind_a_paravirtual_interface_counts_once() throws IOException {
        networkInterface("eth0").folder("sys/class/net/eth0/device");
        networkInterface("enP1s1")
                .folder("sys/class/net/enP1s1/device")
                .link("sys/class/net/enP1s1/master", "sys/class/net/eth0")
                .link("sys/class/net/enP1s1/upper_eth0", "sys/class/net/eth0")
                .link("sys/class/net/eth0/lower_enP1s1", "sys/class/net/enP1s1");

        assertThat(received("eth0", 1000, "enP1s1", 900)).hasValue(1000);
    }

    /** The kernel's net_failover: standby and hardware are enslaved to an interface that has the same device. */
    @Test
    void virtio_interface_with_standby_and_hardware_counts_once() throws IOException {
        for (String name : new String[] {"ens3", "ens3nsby", "enp4s0"}) {
            networkInterface(name).folder("sys/class/net/" + name + "/device");
        }
        for (String slave : new String[] {"ens3nsby", "enp4s0"}) {
            machine.link("sys/class/net/" + slave + "/master", "sys/class/net/ens3")
                    .link("sys/class/net/ens3/lower_" + slave, "sys/class/net/" + slave);
        }

        assertThat(received("ens3", 1000, "ens3nsby", 100, "enp4s0", 900)).hasValue(1000);
    }

    @Test
    void members_of_a_bond_or_a_bridge_count_and_neither_it_nor_what_lies_on_it() throws IOException {
        for (String member : new String[] {"eno1", "eno2"}) {
            networkInterface(member)
                    .folder("sys/class/net/" + member + "/device")
                    .link("sys/class/net/" + member + "/master", "sys/class/net/bond0");
        }
        networkInterface("bond0").file("sys/class/net/bonding_masters", "bond0");
        networkInterface("bond0.100").link("sys/class/net/bond0.100/lower_bond0", "sys/class/net/bond0");

        assertThat(received("eno1", 600, "eno2", 400, "bond0", 1000, "bond0.100", 900))
                .hasValue(1000);
    }

    /** The kernel's Documentation/networking/dsa/dsa.rst: a port's frames go over the interface that its chip hangs on. */
    @Test
    void ports_of_a_switch_chip_are_counted_at_the_interface_that_it_hangs_on() throws IOException {
        networkInterface("eth0")
                .folder("sys/class/net/eth0/device")
                .file("sys/class/net/eth0/ifindex", "2")
                .file("sys/class/net/eth0/iflink", "2");
        networkInterface("lan1")
                .folder("sys/class/net/lan1/device")
                .file("sys/class/net/lan1/ifindex", "3")
                .file("sys/class/net/lan1/iflink", "2");
        networkInterface("lan2")
                .folder("sys/class/net/lan2/device")
                .link("sys/class/net/lan2/lower_eth0", "sys/class/net/eth0");

        assertThat(received("eth0", 1000, "lan1", 500, "lan2", 400)).hasValue(1000);
    }

    @Test
    void end_of_a_container_that_leads_to_an_index_of_another_namespace_is_no_port() throws IOException {
        networkInterface("eth0")
                .folder("sys/class/net/eth0/device")
                .file("sys/class/net/eth0/ifindex", "2")
                .file("sys/class/net/eth0/iflink", "9");

        assertThat(received("eth0", 1000)).hasValue(1000);
    }

    /** The kernel's Documentation/networking/switchdev.rst and representors.rst. */
    @Test
    void card_that_works_as_a_switch_counts_at_its_uplink() throws IOException {
        String card = "sys/devices/pci0000:00/0000:03:00.0";
        machine.folder(card)
                .link("sys/devices/pci0000:00/0000:03:00.2/physfn", card)
                .folder(card + "/mlx5_core.sf.4");
        networkInterface("enp3s0f0np0")
                .link("sys/class/net/enp3s0f0np0/device", card)
                .file("sys/class/net/enp3s0f0np0/phys_switch_id", "7c9a0e0003a1420c")
                .file("sys/class/net/enp3s0f0np0/phys_port_name", "p0");
        for (String function : new String[] {"pf0vf0", "c1pf0vf1", "pf0sf88", "pf0hpf"}) {
            networkInterface("r_" + function)
                    .link("sys/class/net/r_" + function + "/device", card)
                    .file("sys/class/net/r_" + function + "/phys_switch_id", "7c9a0e0003a1420c")
                    .file("sys/class/net/r_" + function + "/phys_port_name", function);
        }
        networkInterface("enp3s0f0v0").link("sys/class/net/enp3s0f0v0/device", "sys/devices/pci0000:00/0000:03:00.2");
        networkInterface("enp3s0f0s88").link("sys/class/net/enp3s0f0s88/device", card + "/mlx5_core.sf.4");

        assertThat(received("enp3s0f0np0", 1000, "r_pf0vf0", 500, "r_pf0hpf", 70, "enp3s0f0v0", 500, "enp3s0f0s88", 90))
                .hasValue(1000);
    }

    @Test
    void virtual_function_of_a_card_that_does_not_work_as_a_switch_counts_beside_it() throws IOException {
        String card = "sys/devices/pci0000:00/0000:03:00.0";
        machine.folder(card).link("sys/devices/pci0000:00/0000:03:00.2/physfn", card);
        networkInterface("enp3s0f0np0")
                .link("sys/class/net/enp3s0f0np0/device", card)
                .file("sys/class/net/enp3s0f0np0/phys_port_name", "p0");
        networkInterface("enp3s0f0v0").link("sys/class/net/enp3s0f0v0/device", "sys/devices/pci0000:00/0000:03:00.2");

        assertThat(received("enp3s0f0np0", 1000, "enp3s0f0v0", 500)).hasValue(1500);
    }

    @Test
    void interfaces_of_guests_of_xen_are_counted_where_they_leave_the_host() throws IOException {
        networkInterface("eth0").folder("sys/class/net/eth0/device");
        networkInterface("vif1.0")
                .link("sys/class/net/vif1.0/device", "sys/devices/vif-1-0")
                .link("sys/devices/vif-1-0/subsystem", "sys/bus/xen-backend");

        assertThat(received("eth0", 1000, "vif1.0", 900)).hasValue(1000);
    }

    @Test
    void interface_that_monitors_wifi_counts_nothing_again() throws IOException {
        networkInterface("wlan0").folder("sys/class/net/wlan0/device").file("sys/class/net/wlan0/type", "1");
        networkInterface("mon0").folder("sys/class/net/mon0/device").file("sys/class/net/mon0/type", "803");

        assertThat(received("wlan0", 1000, "mon0", 5000)).hasValue(1000);
    }

    @Test
    void both_ports_of_one_device_and_both_interfaces_of_infiniband_count() throws IOException {
        String device = "sys/devices/pci0000:00/0000:05:00.0";
        machine.folder(device);
        for (String name : new String[] {"ib0", "ib0.8001", "ib1"}) {
            networkInterface(name)
                    .link("sys/class/net/" + name + "/device", device)
                    .file("sys/class/net/" + name + "/type", "32");
        }
        machine.file("sys/class/net/ib0/ifindex", "4")
                .file("sys/class/net/ib0.8001/ifindex", "6")
                .file("sys/class/net/ib0.8001/iflink", "4");

        assertThat(received("ib0", 1000, "ib0.8001", 200, "ib1", 30)).hasValue(1230);
    }

    /** Bytes per second read from all disks, if each of these has read that many sectors in a second. */
    private OptionalDouble diskRead(long sectors, String... counting) throws IOException {
        DeviceSampler disks = DeviceSampler.ofDisks(machine.tree(), nanos::get);
        long before = 5000;
        for (long read : new long[] {before, before + sectors}) {
            StringBuilder lines = new StringBuilder();
            Set<String> all = new TreeSet<>(List.of(counting));
            machine.tree()
                    .list(machine.tree().sys("block"))
                    .forEach(disk -> all.add(disk.getFileName().toString().replace('!', '/')));
            for (String disk : all) {
                long counter = List.of(counting).contains(disk) ? read : 0;
                lines.append(" 259 0 %s 10 0 %d 7 20 0 0 9 0 0 0%n".formatted(disk, counter));
            }
            machine.file("proc/diskstats", lines.toString());
            if (read == before) {
                Reads.of(disks);
                nanos.addAndGet(1_000_000_000L);
            }
        }
        return Reads.of(disks).get(Metric.DISK_READ_BYTES_PER_S);
    }

    /** Bytes per second received in all, if these interfaces receive so many each. */
    private OptionalDouble received(Object... bytesByName) throws IOException {
        DeviceSampler net = DeviceSampler.ofNetworkInterfaces(machine.tree(), nanos::get);
        Reads.of(net);
        nanos.addAndGet(1_000_000_000L);
        for (int i = 0; i < bytesByName.length; i += 2) {
            machine.file("sys/class/net/" + bytesByName[i] + "/statistics/rx_bytes", bytesByName[i + 1].toString());
        }
        return Reads.of(net).get(Metric.NET_RX_BYTES_PER_S);
    }

    private FakeTree networkInterface(String name) {
        return machine.file("sys/class/net/" + name + "/statistics/rx_bytes", "0")
                .file("sys/class/net/" + name + "/statistics/tx_bytes", "0");
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
