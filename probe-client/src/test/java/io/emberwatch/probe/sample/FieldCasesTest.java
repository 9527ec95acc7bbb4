package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.gpu.sysfs.SysfsDriver;
import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Machines from public reports, each standing for a kind, as the probe measures them with all its samplers. Where the
 * trees come from stands in the README of {@code src/test/resources/cases}.
 */
final class FieldCasesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final String ARC_ENERGY =
            "sys/devices/pci0000:00/0000:00:01.0/0000:03:00.0/hwmon/hwmon4/energy1_input";

    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong();

    /** Machine, metric, value, and the reports that it stands for. */
    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            acpitz-only                  | cpu_temp_c       | absent | intel/thermal_daemon #6, oshi/oshi #2919
            gb10-acpi-zones              | cpu_temp_c       | absent | MiaAI-Lab/sparkDash #60, #70
            thor-board                   | cpu_temp_c       | 47.2   | singularity-desktop #236
            loongarch-hwmon              | cpu_temp_c       | 62.0   | flightlessmango/MangoHud #1494
            coretemp-without-first       | cpu_temp_c       | 58.0   | tophat #183, oshi/oshi #173
            epyc-tctl-tccd               | cpu_temp_c       | 34.8   | PVE-mods #135
            threadripper-offset          | cpu_temp_c       | 68.0   | lm-sensors/lm-sensors #16
            cloud-nvme-zero-kelvin       | nvme_temp_c      | absent | oxidecomputer/propolis #1213
            drives-over-own-limits       | nvme_margin_c    | 1.0    | keiretsu-labs #2936
            drives-over-own-limits       | disk_margin_c    | -1.0   | PVE-mods #14
            drives-over-own-limits       | temp_alarm_count | 1      | PVE-mods #14
            fan-all-ones                 | fan_rpm          | 5820   | openbmc/openbmc #1456
            fan-all-ones                 | fan_min_rpm      | 5760   | lm-sensors/lm-sensors #310
            zfs-arc                      | mem_used_percent | 14.1   | openzfs/zfs #10255, netdata/netdata #12843
            lxc-on-zfs-host              | mem_used_percent | 66.7   | moghtech/komodo #1635, htop-dev/htop #863
            huge-pages-for-guests        | mem_used_percent | 3.7    | vexxhost/atmosphere #3934, collectd/collectd #2914
            kernel-without-mem-available | mem_used_percent | 45.0   | giampaolo/psutil #887
            hidepid                      | process_count    | absent | opnsense/plugins #1233
            hidepid-with-group           | process_count    | 3      | opnsense/plugins #1233
            """)
    void machine_reports_what_is_true(String machine, String metric, String value, String reports) {
        FakeTree tree = GoldenTree.unpackCase(machine, root);
        MachineSampler sampler = sampler(tree, () -> GpuSource.Report.NOTHING);

        assertThat(reports).contains("#");
        // What answers too late is absent from one reading, and in the next.
        if (value.equals("absent")) {
            assertThat(shown(sampler.take().machine(), of(metric))).isEqualTo(value);
        } else {
            await().until(
                            () -> sampler.take().machine(),
                            values -> shown(values, of(metric)).equals(value));
        }
    }

    /** The counters grow by what lies between two moments in a second. */
    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            dm-multipath-fc              | disk_read_bytes_per_s  | 102400000 | oshi/oshi #2246
            dm-multipath-fc              | disk_write_bytes_per_s | 10240000  | scottchiefbaker/dool #32
            lvm-on-raid                  | disk_read_bytes_per_s  | 2048000   | oshi/oshi #2246
            lvm-on-raid                  | disk_write_bytes_per_s | 614400    | oshi/oshi #2246
            nvme-multipath-new-kernel    | disk_read_bytes_per_s  | 102400000 | Atoptool/atop #157
            nvme-multipath-new-kernel    | disk_write_bytes_per_s | 51200000  | Atoptool/atop #157
            nvme-multipath-old-kernel    | disk_read_bytes_per_s  | 102400000 | netdata/netdata #5744
            nvme-multipath-old-kernel    | disk_write_bytes_per_s | 51200000  | netdata/netdata #5744
            azure-accelerated-networking | net_rx_bytes_per_s     | 125000    | scylladb/seastar #3189
            azure-accelerated-networking | net_tx_bytes_per_s     | 25000     | scylladb/seastar #3189
            smartnic-as-switch           | net_rx_bytes_per_s     | 10000     | prometheus/node_exporter #3544
            smartnic-as-switch           | net_tx_bytes_per_s     | 1000      | prometheus/node_exporter #3544
            stat-iowait-back             | cpu_util_percent       | absent    | hashicorp/nomad #18804
            xen-steal-below-zero         | cpu_util_percent       | absent    | influxdata/telegraf #2871
            xen-steal-below-zero         | cpu_steal_percent      | absent    | prometheus/node_exporter #742
            """)
    void machine_reports_what_passes_in_a_second(String machine, String metric, String value, String reports) {
        MachineSampler sampler =
                sampler(GoldenTree.unpackCase(machine, "before", root), () -> GpuSource.Report.NOTHING);
        Sample first = sampler.take();
        GoldenTree.unpackCase(machine, "after", root);
        nanos.addAndGet(SECOND.toNanos());

        assertThat(reports).contains("#");
        assertThat(shown(first.machine(), of(metric))).isEqualTo("absent");
        assertThat(shown(sampler.take().machine(), of(metric))).isEqualTo(value);
    }

    /** Filesystems, at what their mount points say of their space: {@code spaces} in the tree; the others are closed. */
    @ParameterizedTest(name = "{0}: {1} is {2}, then {3}")
    @CsvSource(delimiter = '|', textBlock = """
            disk-in-closed-home        | fs_used_percent      | 30.0 | 30.0 | prometheus/node_exporter #1831
            disk-in-closed-home        | fs_unreachable_count | 1    | 1    | netdata/netdata #1925
            disk-turned-read-only      | fs_used_percent      | 97.0 | 97.0 | netdata/netdata #12628
            disk-turned-read-only      | fs_read_only_count   | 0    | 1    | prometheus/node_exporter #3717
            disk-with-error-linux-6-15 | fs_used_percent      | 97.0 | 97.0 | prometheus/node_exporter #3717
            disk-with-error-linux-6-15 | fs_read_only_count   | 0    | 1    | prometheus/node_exporter #3717
            nfs-over-local-mount       | fs_used_percent      | 30.0 | 30.0 | prometheus/node_exporter #868
            nfs-over-local-mount       | fs_unreachable_count | 1    | 1    | GuillaumeGomez/sysinfo #842
            disk-that-one-pod-shows    | fs_used_percent      | 97.0 | 97.0 | ansible-node-exporter #271
            disk-that-one-pod-shows    | fs_unreachable_count | 0    | 0    | ansible-node-exporter #271
            """)
    void machine_reports_what_is_true_of_its_filesystems(
            String machine, String metric, String before, String after, String reports) throws IOException {
        KernelTree tree = GoldenTree.unpackCase(machine, "before", root).tree();
        FilesystemSampler sampler = new FilesystemSampler(
                tree, new DeadlineCalls(NEVER, NEVER, System::nanoTime), path -> space(tree, path));

        assertThat(reports).contains("#");
        assertThat(shown(Reads.of(sampler), of(metric))).isEqualTo(before);
        GoldenTree.unpackCase(machine, "after", root);
        assertThat(shown(Reads.of(sampler), of(metric))).isEqualTo(after);
    }

    /** intel/xpumanager #130: the card slept, and its counter of energy began anew. */
    @Test
    void power_is_absent_once_where_the_counter_of_energy_ran_back() throws Gpu.FaultException {
        FakeTree machine = GoldenTree.unpackCase("arc-energy-reset", "before", root);
        Gpu gpu = new SysfsDriver(machine.tree(), List::of, nanos::get)
                .survey()
                .gpus()
                .get(0);
        List<String> powers = new ArrayList<>();

        powers.add(shown(gpu.read().values(), Metric.GPU_POWER_W));
        GoldenTree.unpackCase("arc-energy-reset", "after", root);
        nanos.addAndGet(SECOND.toNanos());
        MetricValues after = gpu.read().values();
        powers.add(shown(after, Metric.GPU_POWER_W));
        machine.file(ARC_ENERGY, "41000000");
        nanos.addAndGet(SECOND.toNanos());
        powers.add(shown(gpu.read().values(), Metric.GPU_POWER_W));

        assertThat(powers).containsExactly("absent", "absent", "40.0");
        assertThat(after.get(Metric.GPU_TEMP_C)).hasValue(66);
    }

    /**
     * apache/arrow-java #1300, adoptium/adoptium-support #739: whatever language the machine speaks, with its digits and
     * its lower case of I, what the probe says can be read by scripts.
     */
    @Tag("integration")
    @Timeout(120)
    @ParameterizedTest
    @ValueSource(strings = {"ar", "fa", "tr", "de", "th-TH-u-nu-thai"})
    void sample_is_the_same_in_every_language(String language) throws Exception {
        Locale locale = Locale.forLanguageTag(language);
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Duser.language=" + locale.getLanguage(),
                        "-Duser.country=" + locale.getCountry(),
                        "-Duser.extensions=" + locale.getExtension('u'),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.emberwatch.probe.cli.ProbeCli",
                        "sample")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String table = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(probe.waitFor()).isZero();
        assertThat(table)
                .containsPattern("(?m)^taken at \\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$")
                .containsPattern("(?m)^mem_total_bytes +[1-9][0-9]* bytes +memory fitted$")
                .containsPattern("(?m)^load_1m +[0-9]+\\.[0-9]{2} +load average over 1 minute$")
                .containsPattern("(?m)^cpu_util_percent +([0-9]+\\.[0-9] %|absent) ");
    }

    private MachineSampler sampler(FakeTree machine, GpuSource gpus) {
        DeadlineCalls calls = new DeadlineCalls(NEVER, NEVER, System::nanoTime);
        return new MachineSampler(
                Samplers.ofMachine(4, machine.tree().watchedBy(calls), calls, OptionalDouble::empty, nanos::get),
                gpus,
                Clock.systemUTC());
    }

    private static StatVfs.Space space(KernelTree tree, String path) throws IOException {
        int usedPercent = tree.text(tree.root().resolve("spaces"))
                .orElseThrow()
                .lines()
                .map(line -> line.split(" ", 2))
                .filter(line -> line[0].equals(path))
                .map(line -> Integer.parseInt(line[1]))
                .findFirst()
                .orElseThrow(() -> new IOException("no permission"));
        return new StatVfs.Space(100, 100 - usedPercent, 100 - usedPercent, 0, 0, 0);
    }

    private static Metric of(String column) {
        return Metric.byColumn(column).orElseThrow();
    }

    private static String shown(MetricValues values, Metric metric) {
        return values.has(metric) ? metric.format(values.raw(metric)) : "absent";
    }
}
