package io.emberwatch.probe.gpu.sysfs;

import java.nio.file.Path;

/**
 * A card as it sits in its slot.
 *
 * @param drm its folder in {@code /sys/class/drm}
 * @param device its folder on the PCI bus
 * @param vendor as the kernel writes it: {@code 0x1002}
 * @param deviceId likewise
 * @param busId for example {@code 0000:3b:00.0}
 * @param driver the name of the one that it is bound to
 * @param identity the card's own number where its driver (amdgpu) tells it, else one made from its slot
 */
record PciCard(Path drm, Path device, String vendor, String deviceId, String busId, String driver, String identity) {
    static final String AMD = "0x1002";
    static final String INTEL = "0x8086";
    static final String NVIDIA = "0x10de";

    PciCard named(String otherIdentity) {
        return new PciCard(drm, device, vendor, deviceId, busId, driver, otherIdentity);
    }

    /** What to call a card of which no more is known. */
    String plainName() {
        String maker = switch (vendor) {
            case AMD -> "AMD";
            case INTEL -> "Intel";
            default -> "NVIDIA";
        };
        return maker + " GPU " + deviceId;
    }
}
