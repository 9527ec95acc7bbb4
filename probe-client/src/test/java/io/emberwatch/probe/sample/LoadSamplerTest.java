package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadSamplerTest {
    @TempDir
    Path root;

    @Test
    void load_is_shared_by_the_cpus() throws IOException {
        FakeTree machine = new FakeTree(root).file("proc/loadavg", "6.00 4.50 3.25 3/1234 567");

        assertThat(Reads.of(new LoadSampler(machine.tree(), 4)).toString())
                .isEqualTo("{load_1m=6.00, load_5m=4.50, load_15m=3.25, load_per_core=1.50}");
    }

    @Test
    void without_the_number_of_cpus_the_load_for_each_is_absent() throws IOException {
        FakeTree machine = new FakeTree(root).file("proc/loadavg", "6.00 4.50 3.25 3/1234 567");

        assertThat(Reads.of(new LoadSampler(machine.tree(), 0)).toString())
                .isEqualTo("{load_1m=6.00, load_5m=4.50, load_15m=3.25}");
    }

    @Test
    void load_that_the_kernel_does_not_tell_is_absent() throws IOException {
        assertThat(Reads.of(new LoadSampler(new FakeTree(root).tree(), 4)).toString())
                .isEqualTo("{}");
    }
}
