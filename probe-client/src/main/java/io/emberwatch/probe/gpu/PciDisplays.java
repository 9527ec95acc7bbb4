package io.emberwatch.probe.gpu;

import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The display adapters on the PCI bus, from {@code /sys/bus/pci/devices}: OSHI does not tell which card is which, so its list
 * is matched with this one. Thread-safe.
 */
public final class PciDisplays {
    /** First digits of the PCI class of VGA, 3D and other display controllers. */
    private static final String DISPLAY_CLASS = "0x03";

    /** What amdgpu tells of a card that has no number of its own. */
    private static final Pattern NO_NUMBER = Pattern.compile("(0x)?0*");

    private final KernelTree tree;

    public PciDisplays(KernelTree tree) {
        this.tree = tree;
    }

    /**
     * @param identity the card's own number where its driver (amdgpu) tells it, else one made from its slot
     * @param busId for example {@code 0000:3b:00.0}
     * @param memTotalBytes 0 if the driver does not tell
     */
    record Display(String identity, String busId, long memTotalBytes) {}

    /** The adapter at this position of a list in the order of the bus, if that list has the same length and device there. */
    Optional<Display> matching(int position, int listSize, String deviceId) {
        List<Path> displays = tree.list(tree.sys("bus/pci/devices")).stream()
                .filter(device -> tree.text(device.resolve("class")).orElse("").startsWith(DISPLAY_CLASS))
                .toList();
        if (displays.size() != listSize) {
            return Optional.empty();
        }
        Path device = displays.get(position);
        return tree.text(device.resolve("device"))
                .filter(deviceId::equalsIgnoreCase)
                .map(same -> describe(device));
    }

    private Display describe(Path device) {
        String busId = device.getFileName().toString();
        String identity = tree.text(device.resolve("unique_id"))
                .filter(number -> !NO_NUMBER.matcher(number).matches())
                .map(number -> "GPU-" + number)
                .orElse("PCI-" + busId);
        return new Display(
                identity,
                busId,
                tree.number(device.resolve("mem_info_vram_total")).orElse(0));
    }
}
