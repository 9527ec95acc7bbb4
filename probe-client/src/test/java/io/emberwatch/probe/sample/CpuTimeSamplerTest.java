package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CpuTimeSamplerTest {
    @TempDir
    Path root;

    private FakeTree machine;

    @BeforeEach
    void newMachine() {
        machine = new FakeTree(root);
        ticks("1000 0 500 90000 700 0 100 40 0 0");
    }

    @Test
    void time_neither_idle_nor_waiting_is_utilisation() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(machine.tree(), true);
        assertThat(Reads.of(cpu).isEmpty()).isTrue();

        ticks("1020 0 505 90050 710 0 100 55 0 0");
        MetricValues values = Reads.of(cpu);

        assertThat(values.get(Metric.CPU_UTIL_PERCENT)).hasValue(40);
        assertThat(values.get(Metric.CPU_STEAL_PERCENT)).hasValue(15);
    }

    @Test
    void time_of_guests_counts_once_for_it_is_in_that_of_users() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(machine.tree(), false);
        Reads.of(cpu);
        ticks("1050 0 500 90050 700 0 100 40 50 0");

        assertThat(Reads.of(cpu).get(Metric.CPU_UTIL_PERCENT)).hasValue(50);
    }

    @Test
    void bare_metal_has_no_steal() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(machine.tree(), false);
        Reads.of(cpu);
        ticks("1000 0 500 90100 700 0 100 40 0 0");

        assertThat(Reads.of(cpu).has(Metric.CPU_STEAL_PERCENT)).isFalse();
    }

    @Test
    void counter_that_runs_backwards_leaves_it_absent_once() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(machine.tree(), true);
        Reads.of(cpu);
        ticks("1100 0 500 90000 699 0 100 40 0 0");
        assertThat(Reads.of(cpu).isEmpty()).isTrue();

        ticks("1200 0 500 90000 699 0 100 40 0 0");
        assertThat(Reads.of(cpu).get(Metric.CPU_UTIL_PERCENT)).hasValue(100);
    }

    /** As guests of Xen have shown it after they were moved: a number without sign. */
    @Test
    void steal_that_runs_below_zero_leaves_it_absent_once() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(machine.tree(), true);
        Reads.of(cpu);
        ticks("1100 0 500 90000 700 0 100 18446744073709551000 0 0");
        assertThat(Reads.of(cpu).isEmpty()).isTrue();

        ticks("1100 0 500 90090 700 0 100 18446744073709551010 0 0");
        assertThat(Reads.of(cpu).get(Metric.CPU_STEAL_PERCENT)).hasValue(10);
    }

    @Test
    void utilisation_is_absent_if_no_time_has_passed() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(machine.tree(), true);
        Reads.of(cpu);

        assertThat(Reads.of(cpu).isEmpty()).isTrue();
    }

    @Test
    void utilisation_is_absent_where_the_kernel_says_nothing() throws IOException {
        CpuTimeSampler cpu = new CpuTimeSampler(new FakeTree(root.resolve("other")).tree(), true);
        Reads.of(cpu);

        assertThat(Reads.of(cpu).isEmpty()).isTrue();
    }

    private void ticks(String counters) {
        machine.file("proc/stat", "cpu  " + counters + "\ncpu0 " + counters + "\nintr 1\nbtime 1700000000");
    }
}
