package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.gpu.GpuCard;
import io.emberwatch.probe.gpu.GpuDriver;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.WireLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import oshi.hardware.GraphicsCard;

/**
 * Cards whose drivers show their values as files: AMD's, Intel's, and NVIDIA's with nouveau. A survey reads no sensor. One
 * thread at a time.
 *
 * <p>Of the graphics inside CPUs only those count that tell at least one value.
 */
public final class SysfsDriver implements GpuDriver {
    private final KernelTree tree;
    private final PciCards pciCards;
    private final SensorTree sensors;
    private final CardNames names;
    private final LongSupplier nanoTime;
    private Map<CardLayout, SysfsCard> known = Map.of();

    /**
     * A driver that has not looked yet.
     *
     * @param oshi its list of cards, made anew at each call; asked for the names of cards that tell none
     * @param nanoTime {@link System#nanoTime()}
     */
    public SysfsDriver(KernelTree tree, Supplier<List<GraphicsCard>> oshi, LongSupplier nanoTime) {
        this.tree = tree;
        this.pciCards = new PciCards(tree);
        this.sensors = new SensorTree(tree);
        this.names = new CardNames(tree, oshi);
        this.nanoTime = nanoTime;
    }

    @Override
    public Set<Metric> metrics() {
        return SysfsCard.METRICS;
    }

    @Override
    public Survey survey() {
        Map<CardLayout, SysfsCard> found = new LinkedHashMap<>();
        for (PciCard card : pciCards.find()) {
            CardLayout layout =
                    new CardLayout(card, sensors.chipsIn(card.device().resolve("hwmon"), CardLayout.KINDS));
            SysfsCard before = known.get(layout);
            SysfsCard now = before != null ? before : new SysfsCard(layout, names.of(card), tree, nanoTime);
            if (now.tells() && found.size() < WireLimits.MAX_GPUS) {
                found.put(layout, now);
            }
        }
        known = found;
        return new Survey(List.<GpuCard>copyOf(found.values()), fault(), driverNames());
    }

    /** One card that its driver does not want is a missing card, and no reason to leave out the others. */
    private GpuFault fault() {
        boolean drives = known.keySet().stream()
                .anyMatch(layout -> layout.card().vendor().equals(PciCard.AMD));
        return !drives && pciCards.driverIsMissing() ? GpuFault.DRIVER_MISSING : GpuFault.NONE;
    }

    private String driverNames() {
        return known.keySet().stream()
                .map(layout -> layout.card().driver())
                .distinct()
                .map(driver -> driver + " " + version(driver))
                .map(String::strip)
                .collect(Collectors.joining(", "));
    }

    /** A driver of the kernel's own goes with its version. */
    private String version(String driver) {
        return tree.text(tree.sys("bus/pci/drivers/" + driver + "/module/version"))
                .or(() -> tree.text(tree.proc("sys/kernel/osrelease")))
                .orElse("");
    }
}
