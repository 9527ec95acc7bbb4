package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as memory in use; in the examples the machine has 1,000,000 KiB, so that a tenth is 100,000. */
final class MemorySamplerTest {
    private static final long KIB = 1024;

    @TempDir
    Path root;

    private FakeTree machine;

    @BeforeEach
    void newMachine() {
        machine = new FakeTree(root);
    }

    @Test
    void what_is_not_available_is_in_use() throws IOException {
        memory("MemFree: 100000 kB", "MemAvailable: 750000 kB", "SwapTotal: 5000 kB", "SwapFree: 4000 kB");

        assertThat(Reads.of(new MemorySampler(machine.tree())).toString())
                .isEqualTo("{mem_used_bytes=256000000, mem_total_bytes=1024000000, mem_used_percent=25.0, "
                        + "swap_used_bytes=1024000}");
    }

    /** Before Linux 3.14. */
    @Test
    void caches_but_not_shared_memory_are_available_where_the_kernel_does_not_say_what_is() throws IOException {
        memory(
                "MemFree: 100000 kB",
                "Buffers: 50000 kB",
                "Cached: 300000 kB",
                "Shmem: 200000 kB",
                "SReclaimable: 50000 kB");

        assertThat(usedPercent()).hasValue(70);
    }

    /** As in some containers. */
    @Test
    void where_more_is_available_than_there_is_the_use_is_unknown_and_no_sensor_to_blame() throws IOException {
        memory("MemAvailable: 64000000 kB", "SwapTotal: 0 kB", "SwapFree: 0 kB");

        MetricValues values = Reads.of(new MemorySampler(machine.tree()));

        assertThat(values.toString()).isEqualTo("{mem_total_bytes=1024000000, swap_used_bytes=0}");
        assertThat(values.rejectedCount()).isZero();
    }

    /** As lxcfs has shown it. */
    @Test
    void where_more_swap_is_free_than_there_is_its_use_is_unknown() throws IOException {
        memory("MemAvailable: 500000 kB", "SwapTotal: 1000 kB", "SwapFree: 2000 kB");

        assertThat(Reads.of(new MemorySampler(machine.tree())).has(Metric.SWAP_USED_BYTES))
                .isFalse();
    }

    @Test
    void memory_is_absent_where_the_kernel_says_nothing() throws IOException {
        assertThat(Reads.of(new MemorySampler(machine.tree())).isEmpty()).isTrue();
    }

    /** openzfs/zfs #10255. */
    @Test
    void cache_of_zfs_beyond_its_least_size_is_not_in_use() throws IOException {
        memory("MemAvailable: 100000 kB");
        arc(700_000, 100_000);

        assertThat(usedPercent()).hasValue(30);
    }

    @Test
    void cache_of_zfs_below_its_least_size_is_in_use() throws IOException {
        memory("MemAvailable: 100000 kB");
        arc(50_000, 100_000);

        assertThat(usedPercent()).hasValue(90);
    }

    /** openzfs/zfs #16385. */
    @Test
    void parts_of_the_cache_that_openzfs_2_3_marks_as_reclaimable_count_once() throws IOException {
        memory("MemAvailable: 200000 kB", "SReclaimable: 100000 kB");
        arc(700_000, 100_000);

        machine.file("sys/module/zfs/version", "2.2.7-1");
        assertThat(usedPercent()).hasValue(20);
        machine.file("sys/module/zfs/version", "2.3.1-1");
        assertThat(usedPercent()).hasValue(30);
    }

    /** One of the two numbers is then of something else than this machine. */
    @Test
    void where_more_of_the_cache_could_be_given_back_than_is_missing_the_use_is_unknown() throws IOException {
        memory("MemAvailable: 900000 kB");
        arc(700_000, 100_000);

        assertThat(usedPercent()).isEmpty();
    }

    /** moghtech/komodo #1635, htop-dev/htop #863: a container of Proxmox whose host has ZFS and huge pages. */
    @Test
    void in_a_container_neither_the_cache_nor_the_huge_pages_of_the_host_count() throws IOException {
        memory("MemAvailable: 100000 kB", "HugePages_Free: 100", "Hugepagesize: 2048 kB");
        arc(400_000, 100_000);
        machine.file(
                "proc/self/mountinfo",
                "1206 1149 0:61 /proc/meminfo /proc/meminfo rw,nosuid shared:593 - fuse.lxcfs lxcfs rw,allow_other");

        assertThat(usedPercent()).hasValue(90);
    }

    /** vexxhost/atmosphere #3934, collectd/collectd #2914: most of a host set aside for guests that are not there. */
    @Test
    void huge_pages_of_any_size_that_are_free_are_not_in_use() throws IOException {
        memory("MemAvailable: 100000 kB", "HugePages_Total: 100", "HugePages_Free: 50", "Hugepagesize: 2000 kB");
        assertThat(usedPercent()).hasValue(80);

        machine.file("sys/kernel/mm/hugepages/hugepages-2000kB/free_hugepages", "50")
                .file("sys/kernel/mm/hugepages/hugepages-100000kB/free_hugepages", "4");
        assertThat(usedPercent()).hasValue(40);
    }

    /** open-telemetry/opentelemetry-collector-contrib #44125: the kernel counts them among the free ones. */
    @Test
    void huge_page_that_a_process_has_reserved_but_not_touched_is_free() throws IOException {
        memory(
                "MemAvailable: 100000 kB",
                "HugePages_Total: 200",
                "HugePages_Free: 200",
                "HugePages_Rsvd: 150",
                "Hugepagesize: 2000 kB");

        assertThat(usedPercent()).hasValue(50);
    }

    private OptionalDouble usedPercent() throws IOException {
        return Reads.of(new MemorySampler(machine.tree())).get(Metric.MEM_USED_PERCENT);
    }

    private void memory(String... lines) {
        machine.file("proc/meminfo", "MemTotal: 1000000 kB\n" + String.join("\n", lines));
    }

    private void arc(long sizeKib, long leastKib) {
        machine.file("proc/spl/kstat/zfs/arcstats", """
                13 1 0x01 147 39984 5000000000 900000000000000
                name                            type data
                c_min                           4    %d
                size                            4    %d
                hdr_size                        4    %d
                dbuf_size                       4    %d
                dnode_size                      4    %d
                memory_available_bytes          3    -4096
                """.formatted(
                        leastKib * KIB, sizeKib * KIB, 50_000 * KIB, 20_000 * KIB, 30_000 * KIB));
    }
}
