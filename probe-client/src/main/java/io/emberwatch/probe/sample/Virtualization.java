package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether this machine is a virtual one, and on which hypervisor: its short name, as {@code systemd-detect-virt} uses
 * it.
 */
final class Virtualization {
    static final String NONE = "none";
    static final String UNKNOWN = "unknown hypervisor";

    /** Bit of Xen's features that marks the domain that runs on the hardware itself. */
    private static final int XEN_DOM0 = 1 << 11;

    private final KernelTree tree;
    /** Only x86 has these; on Arm they are called features. */
    private final Optional<String> cpuFlags;

    private Virtualization(KernelTree tree) {
        this.tree = tree;
        this.cpuFlags = tree.text(tree.proc("cpuinfo"))
                .flatMap(text ->
                        text.lines().filter(line -> line.startsWith("flags")).findFirst());
    }

    /** {@value #NONE} on bare metal. */
    static String of(KernelTree tree) {
        return new Virtualization(tree).name();
    }

    private String name() {
        if (isXen()) {
            return isXenDom0() ? NONE : "xen";
        }
        return firmware().or(this::deviceTree).or(this::mainframe).orElseGet(() -> hypervisorFlag() ? UNKNOWN : NONE);
    }

    private boolean isXen() {
        return tree.text(tree.sys("hypervisor/type")).orElse("").equals("xen");
    }

    private boolean isXenDom0() {
        try {
            long features = tree.text(tree.sys("hypervisor/properties/features"))
                    .map(hex -> Long.parseLong(hex, 16))
                    .orElse(0L);
            if ((features & XEN_DOM0) != 0) {
                return true;
            }
        } catch (NumberFormatException e) {
            // The other file says so as well.
        }
        return tree.text(tree.proc("xen/capabilities")).orElse("").contains("control_d");
    }

    /** What the firmware calls the machine, where that is the name of a hypervisor, and what the kernel found in it. */
    private Optional<String> firmware() {
        boolean flag = hypervisorFlag();
        boolean mayBeVirtual = flag || cpuFlags.isEmpty();
        Optional<String> maker = Stream.of("product_name", "sys_vendor", "board_vendor", "bios_vendor")
                .map(file -> tree.text(tree.sys("class/dmi/id/" + file)).orElse(""))
                .flatMap(text -> DmiName.of(text, mayBeVirtual).stream())
                .findFirst();
        if (maker.filter("amazon"::equals).isPresent() && isMetalInstance()) {
            return Optional.empty();
        }
        // The clock that KVM offers distinguishes it from emulation by QEMU alone, and from firmware that nobody knows.
        return maker.filter(name -> !name.equals("qemu"))
                .or(() -> flag ? clock() : Optional.empty())
                .or(() -> maker);
    }

    private boolean isMetalInstance() {
        return tree.text(tree.sys("class/dmi/id/product_name")).orElse("").contains(".metal");
    }

    private Optional<String> clock() {
        String clocks = tree.text(tree.sys("devices/system/clocksource/clocksource0/available_clocksource"))
                .orElse("");
        return clocks.contains("kvm-clock")
                ? Optional.of("kvm")
                : clocks.contains("hyperv_clocksource") ? Optional.of("microsoft") : Optional.empty();
    }

    /** Arm, POWER and RISC-V. */
    private Optional<String> deviceTree() {
        String hypervisor =
                tree.text(tree.proc("device-tree/hypervisor/compatible")).orElse("");
        if (!hypervisor.isEmpty()) {
            return Optional.of(Stream.of("kvm", "xen", "vmware")
                    .filter(hypervisor::contains)
                    .findFirst()
                    .orElse(UNKNOWN));
        }
        if (Files.exists(tree.proc("device-tree/ibm,partition-name"))) {
            return Optional.of("powervm");
        }
        return tree.list(tree.proc("device-tree")).stream()
                .filter(node -> node.getFileName().toString().contains("fw-cfg"))
                .findFirst()
                .map(node -> "qemu");
    }

    private Optional<String> mainframe() {
        return tree.text(tree.proc("sysinfo"))
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("VM00 Control Program"))
                        .findFirst())
                .map(line -> line.contains("z/VM") ? "zvm" : "kvm");
    }

    private boolean hypervisorFlag() {
        return cpuFlags.map(flags -> (flags + " ").contains(" hypervisor ")).orElse(false);
    }

    /**
     * A name in the firmware that gives a hypervisor away.
     *
     * @param start of the text
     * @param alsoHardware whether machines of that name exist too
     */
    private record DmiName(String start, String hypervisor, boolean alsoHardware) {
        private static final List<DmiName> ALL = List.of(
                new DmiName("KVM", "kvm", false),
                new DmiName("OpenStack", "kvm", false),
                new DmiName("KubeVirt", "kvm", false),
                new DmiName("RHEV Hypervisor", "kvm", false),
                new DmiName("Alibaba Cloud", "kvm", true),
                new DmiName("Tencent Cloud", "kvm", true),
                new DmiName("HUAWEICLOUD", "kvm", true),
                new DmiName("Amazon EC2", "amazon", true),
                new DmiName("Google Compute Engine", "google", true),
                new DmiName("VMware", "vmware", false),
                new DmiName("VMW", "vmware", false),
                new DmiName("VirtualBox", "oracle", false),
                new DmiName("innotek GmbH", "oracle", false),
                new DmiName("Oracle Corporation", "oracle", true),
                new DmiName("HVM domU", "xen", false),
                new DmiName("Xen", "xen", false),
                new DmiName("Bochs", "bochs", false),
                new DmiName("Parallels", "parallels", false),
                new DmiName("BHYVE", "bhyve", false),
                new DmiName("Hyper-V", "microsoft", false),
                new DmiName("Virtual Machine", "microsoft", true),
                new DmiName("Apple Virtualization", "apple", false),
                new DmiName("QEMU", "qemu", false),
                new DmiName("Standard PC (", "qemu", false));

        static Optional<String> of(String text, boolean mayBeVirtual) {
            return ALL.stream()
                    .filter(name -> text.startsWith(name.start) && (mayBeVirtual || !name.alsoHardware))
                    .map(DmiName::hypervisor)
                    .findFirst();
        }
    }
}
