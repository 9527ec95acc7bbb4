package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;

/** Whether this machine is a virtual one, and on which hypervisor. */
final class Virtualization {
    static final String NONE = "none";

    private Virtualization() {}

    /** The maker and product that the hypervisor shows, or {@value #NONE} for bare metal. */
    static String of(KernelTree tree) {
        String xen = tree.text(tree.sys("hypervisor/type")).orElse("");
        if (!xen.isEmpty()) {
            return xen;
        }
        boolean hypervisor = tree.text(tree.proc("cpuinfo"))
                .flatMap(text ->
                        text.lines().filter(line -> line.startsWith("flags")).findFirst())
                .map(flags -> (flags + " ").contains(" hypervisor "))
                .orElse(false);
        if (!hypervisor) {
            return NONE;
        }
        String name = tree.text(tree.sys("class/dmi/id/sys_vendor")).orElse("") + " "
                + tree.text(tree.sys("class/dmi/id/product_name")).orElse("");
        return name.isBlank() ? "unknown hypervisor" : name.strip();
    }
}
