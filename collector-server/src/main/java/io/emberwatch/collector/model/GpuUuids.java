package io.emberwatch.collector.model;

import java.util.List;

/** What the UUID of a card says: where a driver tells none, a probe takes the card's place in the machine for one. */
public final class GpuUuids {
    /** PCI address, or number of the device in {@code /sys/class/drm}. */
    private static final List<String> OF_PLACES = List.of("PCI-", "card-");

    private GpuUuids() {}

    /** Whether it names the card itself, in whatever slot or machine it is; else another card may have it tomorrow. */
    public static boolean isOfCard(String uuid) {
        return OF_PLACES.stream().noneMatch(uuid::startsWith);
    }
}
