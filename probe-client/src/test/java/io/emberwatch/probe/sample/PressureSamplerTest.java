package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PressureSamplerTest {
    @TempDir
    Path root;

    @Test
    void share_of_the_last_minute_in_which_some_task_waited_is_read_for_cpu_memory_and_disks() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("proc/pressure/cpu", pressure("41.27"))
                .file("proc/pressure/memory", pressure("0.00"))
                .file("proc/pressure/io", pressure("100.00"));

        assertThat(Reads.of(new PressureSampler(machine.tree())).toString())
                .isEqualTo("{cpu_pressure_percent=41.3, mem_pressure_percent=0.0, io_pressure_percent=100.0}");
    }

    @Test
    void kernel_without_pressure_stall_information_has_no_values() throws IOException {
        assertThat(Reads.of(new PressureSampler(new FakeTree(root).tree())).isEmpty())
                .isTrue();
    }

    @Test
    void cpu_line_of_kernels_before_5_13_which_have_no_full_line_is_read() throws IOException {
        FakeTree machine =
                new FakeTree(root).file("proc/pressure/cpu", "some avg10=3.10 avg60=2.50 avg300=0.98 total=123456");

        assertThat(Reads.of(new PressureSampler(machine.tree())).toString()).isEqualTo("{cpu_pressure_percent=2.5}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some", "some avg10=1.00 avg300=1.00", "full avg10=1.00 avg60=1.00", "some avg60=x"})
    void line_that_says_something_else_is_absent(String text) throws IOException {
        FakeTree machine = new FakeTree(root).file("proc/pressure/io", text);

        assertThat(Reads.of(new PressureSampler(machine.tree())).isEmpty()).isTrue();
    }

    private static String pressure(String some) {
        return "some avg10=7.00 avg60=" + some + " avg300=8.00 total=31817794\n"
                + "full avg10=5.00 avg60=4.44 avg300=3.00 total=2791369";
    }
}
