package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VirtualizationTest {
    private static final String DMI = "sys/class/dmi/id/";

    @TempDir
    Path root;

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "QEMU | Standard PC (i440FX + PIIX, 1996) | qemu",
                "Red Hat | KVM | kvm",
                "OpenStack Foundation | OpenStack Nova | kvm",
                "Alibaba Cloud | Alibaba Cloud ECS | kvm",
                "VMware, Inc. | VMware20,1 | vmware",
                "Microsoft Corporation | Virtual Machine | microsoft",
                "innotek GmbH | VirtualBox | oracle",
                "Xen | HVM domU | xen",
                "Amazon EC2 | p5.48xlarge | amazon",
                "Google | Google Compute Engine | google",
                "Parallels International GmbH. | Parallels Virtual Platform | parallels",
                "FreeBSD | BHYVE | bhyve",
                "Nobody | Nothing | unknown hypervisor"
            })
    void virtual_machine_goes_by_the_short_name_of_its_hypervisor(String vendor, String product, String name) {
        FakeTree machine = x86("fpu vme hypervisor lahf_lm").file(DMI + "sys_vendor", vendor);
        machine.file(DMI + "product_name", product);

        assertThat(Virtualization.of(machine.tree())).isEqualTo(name);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Supermicro | SYS-821GE-TNHR",
                "Microsoft Corporation | Surface Laptop Studio",
                "Oracle Corporation | SUN SERVER X4-2",
                "Alibaba Cloud | Alibaba Cloud ECS",
                "Amazon EC2 | p4d.metal",
                "Google | Google Compute Engine"
            })
    void same_makers_have_bare_metal(String vendor, String product) {
        FakeTree machine = x86("fpu vme").file(DMI + "sys_vendor", vendor).file(DMI + "product_name", product);

        assertThat(Virtualization.of(machine.tree())).isEqualTo(Virtualization.NONE);
    }

    @Test
    void clock_that_is_offered_reports_kvm_from_emulation() {
        FakeTree machine = x86("fpu hypervisor")
                .file(DMI + "sys_vendor", "QEMU")
                .file(
                        "sys/devices/system/clocksource/clocksource0/available_clocksource",
                        "kvm-clock tsc hpet acpi_pm");

        assertThat(Virtualization.of(machine.tree())).isEqualTo("kvm");
    }

    @Test
    void guest_of_xen_is_virtual_and_the_domain_that_has_the_hardware_is_not() {
        FakeTree machine = x86("fpu hypervisor")
                .file("sys/hypervisor/type", "xen")
                .file("sys/hypervisor/properties/features", "00002705");
        assertThat(Virtualization.of(machine.tree())).isEqualTo("xen");

        machine.file("sys/hypervisor/properties/features", "00002f05");
        assertThat(Virtualization.of(machine.tree())).isEqualTo(Virtualization.NONE);

        machine.file("sys/hypervisor/properties/features", "nonsense").file("proc/xen/capabilities", "control_d");
        assertThat(Virtualization.of(machine.tree())).isEqualTo(Virtualization.NONE);
    }

    @Test
    void arm_guest_has_no_flag_and_is_known_by_its_device_tree_or_firmware() {
        FakeTree byTree = arm("tree").file("proc/device-tree/hypervisor/compatible", "linux,kvm");
        FakeTree byNode = arm("node").folder("proc/device-tree/fw-cfg@9020000");
        FakeTree byFirmware = arm("firmware").file(DMI + "sys_vendor", "Amazon EC2");
        byFirmware.file(DMI + "product_name", "m7g.16xlarge");
        FakeTree metal = arm("metal").file(DMI + "sys_vendor", "Amazon EC2");
        metal.file(DMI + "product_name", "m7g.metal");

        assertThat(Virtualization.of(byTree.tree())).isEqualTo("kvm");
        assertThat(Virtualization.of(byNode.tree())).isEqualTo("qemu");
        assertThat(Virtualization.of(byFirmware.tree())).isEqualTo("amazon");
        assertThat(Virtualization.of(metal.tree())).isEqualTo(Virtualization.NONE);
    }

    @Test
    void mainframe_reports_who_divides_it() {
        FakeTree machine =
                new FakeTree(root).file("proc/sysinfo", "Manufacturer: IBM\nVM00 Control Program: z/VM    7.3.0");

        assertThat(Virtualization.of(machine.tree())).isEqualTo("zvm");
    }

    @Test
    void machine_that_reports_nothing_is_bare_metal() {
        assertThat(Virtualization.of(new FakeTree(root.resolve("empty")).tree()))
                .isEqualTo(Virtualization.NONE);
    }

    private FakeTree x86(String flags) {
        return new FakeTree(root).file("proc/cpuinfo", "processor : 0\nflags\t\t: " + flags + "\n");
    }

    private FakeTree arm(String name) {
        return new FakeTree(root.resolve(name)).file("proc/cpuinfo", "processor : 0\nFeatures : fp asimd\n");
    }
}
