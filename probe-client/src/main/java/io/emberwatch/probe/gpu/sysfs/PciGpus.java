package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.KernelTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The GPUs that a driver shows in {@code /sys/class/drm}. A machine's BMC and a hypervisor have display adapters too:
 * only GPUs of makers of GPUs count. GPUs with NVIDIA's own driver are left to NVML, those of vfio-pci belong to a
 * virtual machine. Thread-safe.
 */
final class PciGpus {
    private static final Pattern CARD_FOLDER = Pattern.compile("card\\d+");
    private static final Set<String> VENDORS = Set.of(PciGpu.AMD, PciGpu.INTEL, PciGpu.NVIDIA);
    private static final Set<String> OTHERS_DRIVERS = Set.of("nvidia", "vfio-pci");

    /** PCI class of what computes and cannot draw: of AMD these are the Instinct GPUs. */
    private static final String ACCELERATOR_CLASS = "0x12";

    /** What amdgpu reports of a GPU that has no number of its own. */
    private static final Pattern NO_NUMBER = Pattern.compile("(0x)?0*");

    private final KernelTree tree;

    PciGpus(KernelTree tree) {
        this.tree = tree;
    }

    /** In the order of the bus, each with an identity of its own. */
    List<PciGpu> find() {
        List<PciGpu> found = tree.list(tree.sys("class/drm")).stream()
                .filter(entry ->
                        CARD_FOLDER.matcher(entry.getFileName().toString()).matches())
                .flatMap(entry -> describe(entry).stream())
                .sorted(Comparator.comparing(PciGpu::busId))
                .toList();
        // GPUs that claim to be the same one are distinguished by where they are.
        Map<String, Long> claims =
                found.stream().collect(Collectors.groupingBy(PciGpu::identity, Collectors.counting()));
        return found.stream()
                .map(gpu -> claims.get(gpu.identity()) == 1 ? gpu : gpu.named(gpu.busId() + "-" + gpu.identity()))
                .toList();
    }

    /** Whether there is a GPU that only computes, and no driver for it. */
    boolean driverIsMissing() {
        return tree.list(tree.sys("bus/pci/devices")).stream()
                .anyMatch(device -> text(device, "class").startsWith(ACCELERATOR_CLASS)
                        && text(device, "vendor").equals(PciGpu.AMD)
                        && !Files.exists(device.resolve("driver"))
                        && !isVirtualFunction(device));
    }

    private Optional<PciGpu> describe(Path drm) {
        Optional<Path> device = real(drm.resolve("device"));
        if (device.isEmpty()) {
            return Optional.empty();
        }
        Path folder = device.get();
        String vendor = text(folder, "vendor");
        String driver = driver(folder);
        if (!VENDORS.contains(vendor)
                || driver.isEmpty()
                || OTHERS_DRIVERS.contains(driver)
                || isVirtualFunction(folder)) {
            return Optional.empty();
        }
        String busId = folder.getFileName().toString();
        String identity = tree.text(folder.resolve("unique_id"))
                .filter(number -> !NO_NUMBER.matcher(number).matches())
                .map(number -> "GPU-" + number)
                .orElse("PCI-" + busId);
        return Optional.of(new PciGpu(drm, folder, vendor, text(folder, "device"), busId, driver, identity));
    }

    /** A part of a GPU that is lent to virtual machines: the machine has the GPU itself too. */
    private static boolean isVirtualFunction(Path device) {
        return Files.exists(device.resolve("physfn"));
    }

    /** Empty if it is bound to none. The link leads to a folder of that name, which need not be reachable. */
    private static String driver(Path device) {
        try {
            return Files.readSymbolicLink(device.resolve("driver"))
                    .getFileName()
                    .toString();
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            return "";
        }
    }

    private String text(Path device, String file) {
        return tree.text(device.resolve(file)).orElse("");
    }

    private static Optional<Path> real(Path link) {
        try {
            return Optional.of(link.toRealPath());
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /**
     * A GPU as it sits in its slot.
     *
     * @param drm its folder in {@code /sys/class/drm}
     * @param device its folder on the PCI bus
     * @param vendor as the kernel writes it: {@code 0x1002}
     * @param deviceId likewise
     * @param busId for example {@code 0000:3b:00.0}
     * @param driver the name of the one that it is bound to
     * @param identity the GPU's own number where its driver (amdgpu) reports it, else one made from its slot
     */
    record PciGpu(Path drm, Path device, String vendor, String deviceId, String busId, String driver, String identity) {
        static final String AMD = "0x1002";
        static final String INTEL = "0x8086";
        static final String NVIDIA = "0x10de";

        PciGpu named(String otherIdentity) {
            return new PciGpu(drm, device, vendor, deviceId, busId, driver, otherIdentity);
        }

        /** What to call a GPU of which no more is known. */
        String plainName() {
            String maker = switch (vendor) {
                case AMD -> "AMD";
                case INTEL -> "Intel";
                default -> "NVIDIA";
            };
            return maker + " GPU " + deviceId;
        }
    }
}
