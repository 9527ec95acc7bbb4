package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VirtualizationTest {
    @TempDir
    Path root;

    @Test
    void a_cpu_that_tells_of_a_hypervisor_makes_a_virtual_machine() {
        FakeTree machine = new FakeTree(root)
                .file("proc/cpuinfo", "processor : 0\nflags\t\t: fpu vme hypervisor lahf_lm\n")
                .file("sys/class/dmi/id/sys_vendor", "QEMU")
                .file("sys/class/dmi/id/product_name", "Standard PC");

        assertThat(Virtualization.of(machine.tree())).isEqualTo("QEMU Standard PC");
    }

    @Test
    void any_other_machine_is_bare_metal() {
        FakeTree machine = new FakeTree(root).file("proc/cpuinfo", "flags : fpu vme\n");

        assertThat(Virtualization.of(machine.tree())).isEqualTo(Virtualization.NONE);
        assertThat(Virtualization.of(new FakeTree(root.resolve("empty")).tree()))
                .isEqualTo(Virtualization.NONE);
    }
}
