package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class FilesystemSamplerTest {
    private static final String ROOT = "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n";
    private static final String DATA = "30 22 8:1 / /data rw - ext4 /dev/sda1 rw\n";
    private static final String DATA_READ_ONLY = "30 22 8:1 / /data ro - ext4 /dev/sda1 ro\n";

    @TempDir
    Path root;

    private FakeTree machine;
    private FilesystemSampler sampler;
    private final Map<String, StatVfs.Space> spaces = new ConcurrentHashMap<>();
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();
    private final Semaphore answers = new Semaphore(0);
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void probe_starts() {
        machine = new FakeTree(root);
        sampler = new FilesystemSampler(machine.tree(), Reads.calls(), this::space);
        used("/", 30);
    }

    private StatVfs.Space space(String path) throws IOException {
        synchronized (asked) {
            asked.add(path);
        }
        if (hanging.contains(path)) {
            answers.acquireUninterruptibly();
        }
        if (!spaces.containsKey(path)) {
            throw new IOException("no permission");
        }
        return spaces.get(path);
    }

    /** Waits for nothing for long, so that what answers may seldom be late as well. */
    private FilesystemSampler hasty() {
        DeadlineCalls calls = new DeadlineCalls(Duration.ofMillis(50), Duration.ZERO, System::nanoTime);
        return new FilesystemSampler(machine.tree(), calls, this::space);
    }

    @AfterEach
    void nothing_hangs_any_more() {
        answers.release(1000);
    }

    @Test
    void fullest_local_filesystem_counts_and_no_other_is_ever_touched() throws IOException {
        used("/data sets", 90);
        mounted("""
                22 1 259:2 / / ro,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
                30 22 259:3 / /data\\040sets rw,relatime shared:2 master:1 - xfs /dev/nvme1n1p1 rw,attr2
                31 22 259:2 /var/tmp /tmp rw,relatime - ext4 /dev/nvme0n1p2 rw
                40 22 0:50 / /home rw shared:3 - nfs4 filer:/home rw,vers=4.2
                41 22 0:51 / /lustre rw - lustre mgs@tcp:/scratch rw
                42 22 0:52 / /mnt/s rw - fuse.sshfs user@host: rw
                43 22 7:1 / /snap/core rw - squashfs /dev/loop1 ro
                44 22 8:1 / /archive rw - ext4 /dev/sda1 ro
                45 22 0:21 / /sys rw - sysfs sysfs rw
                46 22 259:1 / /boot/efi rw - vfat /dev/nvme0n1p1 rw
                malformed line
                """);

        assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(90);
        assertThat(values().get(Metric.FS_UNREACHABLE_COUNT)).hasValue(0);
        assertThat(values().get(Metric.FS_READ_ONLY_COUNT)).hasValue(0);
        assertThat(asked).containsOnly("/", "/data sets");
        assertThat(sampler.remarks()).isEmpty();
    }

    @Test
    void space_and_inodes_reserved_for_root_count_as_df_counts_them() {
        StatVfs.Space space = new StatVfs.Space(1000, 150, 100, 200, 50, 50);

        assertThat(space.usedPercent()).hasValue(100.0 * 850 / 950);
        assertThat(space.inodesUsedPercent()).hasValue(75);
    }

    @Test
    void filesystem_that_says_nothing_is_absent() {
        assertThat(new StatVfs.Space(0, 0, 0, 0, 0, 0).usedPercent()).isEmpty();
        assertThat(new StatVfs.Space(10, 20, -1, 0, 0, 0).usedPercent()).isEmpty();
    }

    @Test
    void fullest_by_inodes_counts_and_one_without_a_number_of_them_does_not() throws IOException {
        spaces.put("/", new StatVfs.Space(1000, 900, 900, 100, 5, 5));
        spaces.put("/data", new StatVfs.Space(1000, 100, 100, 0, 0, 0));
        mounted(ROOT, DATA);

        assertThat(values().get(Metric.FS_INODES_USED_PERCENT)).hasValue(95);
    }

    /** A full disk below a folder that is closed to the probe: netdata/netdata #1925. */
    @Test
    void filesystem_that_cannot_be_reached_is_reported_and_not_taken_for_empty() throws IOException {
        mounted(ROOT, DATA);

        MetricValues values = values();

        assertThat(values.get(Metric.FS_USED_PERCENT)).hasValue(30);
        assertThat(values.get(Metric.FS_UNREACHABLE_COUNT)).hasValue(1);
        assertThat(sampler.remarks())
                .containsExactly("the filesystem /data (ext4 on /dev/sda1) cannot be measured: no permission");
    }

    @Test
    void filesystem_is_measured_at_any_of_its_mount_points() throws IOException {
        StringBuilder table = new StringBuilder(ROOT + DATA);
        for (int pod = 0; pod < 30; pod++) {
            table.append("%d 22 8:1 /pod%d /pods/%d rw - ext4 /dev/sda1 rw\n".formatted(100 + pod, pod, pod));
        }
        used("/pods/27", 97);
        mounted(table.toString());
        int readings = 0;
        while (readings < 10 && !values().get(Metric.FS_USED_PERCENT).equals(OptionalDouble.of(97))) {
            readings++;
        }
        asked.clear();

        assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(97);
        assertThat(values().get(Metric.FS_UNREACHABLE_COUNT)).hasValue(0);
        assertThat(asked).as("no other any more").containsOnly("/", "/pods/27");
    }

    /** prometheus/node_exporter #868, GuillaumeGomez/sysinfo #842. */
    @Test
    void filesystem_below_a_network_filesystem_is_not_touched_and_reported() throws IOException {
        mounted(ROOT, DATA, "31 30 0:50 / /data rw - nfs4 nas:/export rw\n");

        MetricValues values = values();

        assertThat(asked).containsExactly("/");
        assertThat(values.get(Metric.FS_USED_PERCENT)).hasValue(30);
        assertThat(values.get(Metric.FS_UNREACHABLE_COUNT)).hasValue(1);
        assertThat(sampler.remarks()).singleElement().asString().contains("covered by nfs4 nas:/export on /data");
    }

    @Test
    void filesystem_below_a_network_filesystem_is_measured_where_it_is_mounted_besides() throws IOException {
        used("/backup", 70);
        mounted(
                ROOT,
                DATA,
                "31 30 0:50 / /data rw - nfs4 nas:/export rw\n",
                "32 22 8:1 /a /backup rw - ext4 /dev/sda1 rw\n");

        MetricValues values = values();

        assertThat(asked).containsExactlyInAnyOrder("/", "/backup");
        assertThat(values.get(Metric.FS_USED_PERCENT)).hasValue(70);
        assertThat(values.get(Metric.FS_UNREACHABLE_COUNT)).hasValue(0);
    }

    @Test
    void filesystem_that_hangs_is_unknown_and_the_others_are_measured() throws IOException {
        sampler = hasty();
        used("/data", 20);
        mounted(ROOT, DATA);
        await().untilAsserted(
                        () -> assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(30));
        hanging.add("/data");

        await().untilAsserted(() -> {
            assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(30);
            assertThat(asked).endsWith("/");
        });
        assertThat(values().get(Metric.FS_UNREACHABLE_COUNT)).hasValue(0);
    }

    @Test
    void nobody_knows_the_fullest_while_the_fullest_cannot_be_measured() throws IOException {
        used("/data", 97);
        mounted(ROOT, DATA);
        assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(97);

        spaces.remove("/data");
        assertThat(values().has(Metric.FS_USED_PERCENT)).isFalse();
        used("/", 98);
        assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(98);
        used("/", 30);

        mounted(ROOT);
        assertThat(values().get(Metric.FS_USED_PERCENT))
                .as("not mounted any more")
                .hasValue(30);
    }

    /** netdata/netdata #12628: a full disk turned read-only. */
    @Test
    void filesystem_that_becomes_read_only_is_still_measured_and_reported() throws IOException {
        used("/data", 97);
        mounted(ROOT, DATA);
        assertThat(values().get(Metric.FS_READ_ONLY_COUNT)).hasValue(0);

        mounted(ROOT, DATA_READ_ONLY);
        MetricValues values = values();

        assertThat(values.get(Metric.FS_USED_PERCENT)).hasValue(97);
        assertThat(values.get(Metric.FS_READ_ONLY_COUNT)).hasValue(1);
        assertThat(sampler.remarks()).singleElement().asString().contains("/data (ext4 on /dev/sda1) is read-only");
    }

    @Test
    void filesystem_that_is_read_only_from_the_start_counts_if_fstab_has_it_writable() throws IOException {
        used("/data", 97);
        used("/old data", 99);
        machine.file("etc/fstab", """
                # /dev/sda1 /old\\040data ext4 defaults
                UUID=1 /data ext4 noatime,errors=remount-ro 0 2
                UUID=2 /old\\040data ext4 noatime,ro 0 2
                """);
        mounted(ROOT, DATA_READ_ONLY, "31 22 8:2 / /old\\040data ro - ext4 /dev/sda2 ro\n");

        assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(97);
        assertThat(values().get(Metric.FS_READ_ONLY_COUNT)).hasValue(1);
    }

    /** {@code mount(8)} takes a mount point with a slash at its end, and the kernel does not show it. */
    @ParameterizedTest
    @ValueSource(strings = {"/data/", "/"})
    void slash_at_the_end_of_a_mount_point_in_fstab_is_no_part_of_its_name(String inFstab) throws IOException {
        String point = inFstab.equals("/") ? "/" : "/data";
        used(point, 97);
        machine.file("etc/fstab", "UUID=1 " + inFstab + " xfs defaults 0 0");
        mounted("22 1 8:1 / " + point + " ro - xfs /dev/sda1 ro\n");

        assertThat(values().get(Metric.FS_READ_ONLY_COUNT)).hasValue(1);
    }

    @Test
    void filesystem_that_is_read_only_from_the_start_counts_if_its_journal_was_written_to() throws IOException {
        used("/data", 97);
        used("/image", 100);
        machine.folder("sys/devices/block/sda1")
                .file("sys/dev/block/259:2", "")
                .link("sys/dev/block/8:1", "sys/devices/block/sda1")
                .file("proc/fs/jbd2/sda1-8/info", "12 transactions (11 requested), each up to 8192 blocks")
                .folder("sys/devices/block/sda11")
                .link("sys/dev/block/8:11", "sys/devices/block/sda11")
                .file("proc/fs/jbd2/sda11-8/info", "0 transactions (0 requested), each up to 8192 blocks");
        mounted(ROOT, DATA_READ_ONLY, "31 22 8:11 / /image ro - ext4 /dev/sda11 ro\n");

        assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(97);
        assertThat(values().get(Metric.FS_READ_ONLY_COUNT)).hasValue(1);
    }

    /**
     * prometheus/node_exporter #3717: since Linux 6.15 such a filesystem stays writable in name, also when it was shut
     * down because its disk has gone away.
     */
    @ParameterizedTest
    @ValueSource(strings = {"emergency_ro", "shutdown"})
    void filesystem_with_an_error_counts_as_read_only_whatever_its_name_is(String option) throws IOException {
        used("/data", 50);
        mounted(ROOT, "30 22 8:1 / /data rw - ext4 /dev/sda1 rw," + option + ",stripe=32\n");

        assertThat(values().get(Metric.FS_READ_ONLY_COUNT)).hasValue(1);
    }

    /** systemd/systemd #15686: a disk was pulled out, and its mount still says how full it was. */
    @Test
    void filesystem_whose_disk_is_gone_cannot_be_measured_whatever_it_says() throws IOException {
        machine.file("sys/dev/block/259:2", "").file("sys/dev/block/8:1", "");
        used("/data", 97);
        used("/volume", 10);
        mounted(ROOT, DATA, "31 22 0:40 / /volume rw - btrfs /dev/sdb1 rw\n");
        await().untilAsserted(
                        () -> assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(97));

        machine.remove("sys/dev/block/8:1");

        assertThat(values().get(Metric.FS_UNREACHABLE_COUNT)).hasValue(1);
        assertThat(values().has(Metric.FS_USED_PERCENT)).isFalse();
        assertThat(sampler.remarks())
                .containsExactly("the filesystem /data (ext4 on /dev/sda1) cannot be measured:"
                        + " its disk is gone; unmount it, or see dmesg");
    }

    @Test
    void filesystem_that_was_shut_down_is_reported() throws IOException {
        used("/data", 50);
        mounted(ROOT, DATA);
        await().untilAsserted(
                        () -> assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(50));

        spaces.remove("/data");

        assertThat(values().get(Metric.FS_UNREACHABLE_COUNT)).hasValue(1);
    }

    @Test
    void ten_thousand_mounts_of_one_filesystem_are_asked_once() throws IOException {
        StringBuilder table = new StringBuilder(ROOT);
        for (int container = 0; container < 10_000; container++) {
            table.append("%d 22 259:2 /c/%d /containers/%d/volumes/a/b rw - ext4 /dev/nvme0n1p2 rw\n"
                    .formatted(100 + container, container, container));
        }
        mounted(table.toString());

        for (int reading = 0; reading < 3; reading++) {
            assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(30);
        }
        assertThat(asked).containsExactly("/", "/", "/");
    }

    @Test
    void mount_point_whose_name_is_no_text_is_measured() throws IOException {
        used("/d\u00ff", 80);
        mounted(ROOT, DATA.replace("/data", "/d\u00ff"));

        assertThat(values().get(Metric.FS_USED_PERCENT)).hasValue(80);
    }

    @Test
    void kernel_says_what_the_jdk_says() throws IOException {
        StatVfs.Space space = StatVfs.at(root.toString());

        assertThat(space.usedPercent().isPresent()).isEqualTo(root.toFile().getTotalSpace() > 0);
        assertThat(space.total()).isPositive();
        assertThat(space.usable()).isLessThanOrEqualTo(space.free());
    }

    @Test
    void kernel_says_why_it_says_nothing() {
        assertThat(catchThrowable(() -> StatVfs.at(root + "/none")))
                .isInstanceOf(IOException.class)
                .hasMessage("its mount point is not there");
    }

    private MetricValues values() throws IOException {
        return Reads.of(sampler);
    }

    private void used(String path, int percent) {
        spaces.put(path, new StatVfs.Space(100, 100 - percent, 100 - percent, 0, 0, 0));
    }

    private void mounted(String... lines) throws IOException {
        Path file = root.resolve("proc/self/mountinfo");
        Files.createDirectories(file.getParent());
        Files.write(file, String.join("", lines).getBytes(StandardCharsets.ISO_8859_1));
    }
}
