package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.gpu.GpuCard;
import io.emberwatch.probe.gpu.GpuFaultException;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/** One card, read from the files of its driver. {@link #info} is for any thread. */
final class SysfsCard implements GpuCard {
    /** All that its parts may tell. */
    static final Set<Metric> METRICS = EnumSet.of(
            Metric.GPU_TEMP_C,
            Metric.GPU_MEM_TEMP_C,
            Metric.GPU_SLOWDOWN_MARGIN_C,
            Metric.GPU_UTIL_PERCENT,
            Metric.GPU_MEM_USED_BYTES,
            Metric.GPU_MEM_TOTAL_BYTES,
            Metric.GPU_POWER_W,
            Metric.GPU_POWER_LIMIT_W,
            Metric.GPU_SM_CLOCK_MHZ,
            Metric.GPU_MEM_CLOCK_MHZ,
            Metric.GPU_FAN_PERCENT,
            Metric.GPU_ECC_CORRECTED_COUNT,
            Metric.GPU_ECC_UNCORRECTED_COUNT,
            Metric.GPU_MEM_MARGIN_C,
            Metric.GPU_MEM_UTIL_PERCENT,
            Metric.GPU_THERMAL_THROTTLING,
            Metric.GPU_PCIE_REPLAY_COUNT);

    private final CardLayout layout;
    private final KernelTree tree;
    private final GpuInfo info;
    private final CardUse use;
    private final List<CardPart> parts;
    private boolean hasAnswered;

    /** @param nanoTime {@link System#nanoTime()} */
    SysfsCard(CardLayout layout, String model, KernelTree tree, LongSupplier nanoTime) {
        this.layout = layout;
        this.tree = tree;
        PciCard card = layout.card();
        CardTemps temps = new CardTemps(layout.chips(), tree, card.driver().equals("nouveau") ? "max" : "crit");
        use = new CardUse(card, tree);
        List<CardPart> all = new ArrayList<>(List.of(
                temps,
                use,
                new CardPower(layout.chipFolders(), nanoTime),
                new CardClocks(card, layout.chips()),
                new CardErrors(card),
                new CardThrottling(card, tree)));
        layout.chipFolders().forEach(chip -> all.add(new CardFan(chip, card.driver())));
        parts = all.stream().filter(CardPart::isThere).toList();
        info = new GpuInfo(
                Texts.fit(card.identity()),
                Texts.fit(model),
                card.busId(),
                temps.slowdownC(),
                temps.coreLimitC(tree, "emergency"),
                temps.memoryLimitC(),
                card.driver().equals("xe") ? temps.coreLimitC(tree, "max") : OptionalInt.empty(),
                OptionalInt.empty());
    }

    CardLayout layout() {
        return layout;
    }

    /** Whether there is anything that it could tell. */
    boolean tells() {
        return !parts.isEmpty();
    }

    @Override
    public GpuInfo info() {
        return info;
    }

    @Override
    public CardReading read() throws GpuFaultException {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU);
        if (isAsleep()) {
            use.putMemory(values);
            return new CardReading(values.build(), List.of());
        }
        requireOnTheBus();
        CardFiles files = new CardFiles();
        parts.forEach(part -> part.read(files, values));
        MetricValues told = values.build();
        if (!files.answered() && !isContentWith(told, files)) {
            requireOnTheBus();
            throw new GpuFaultException(files.fault(), name() + ": " + files.reason(), null);
        }
        hasAnswered |= files.answered();
        return new CardReading(told, List.of());
    }

    /** Some parts of cards that virtual machines get never tell more than what their driver knows. */
    private boolean isContentWith(MetricValues told, CardFiles files) {
        return !hasAnswered && !told.isEmpty() && files.fault() == GpuFault.UNREADABLE;
    }

    /** Asking a card that was put to sleep would wake it up, and it is cold anyway. */
    private boolean isAsleep() {
        return tree.text(layout.card().device().resolve("power/runtime_status"))
                .orElse("")
                .equals("suspended");
    }

    /** What has fallen off the bus answers with ones to whatever it is asked, if it is still listed at all. */
    private void requireOnTheBus() throws GpuFaultException {
        Path device = layout.card().device();
        if (!Files.exists(device)) {
            throw new GpuFaultException(GpuFault.LOST, name() + " is not on the bus any more", null);
        }
        try (InputStream config = Files.newInputStream(device.resolve("config"))) {
            byte[] ids = config.readNBytes(4);
            if (ids.length == 4 && (ids[0] & ids[1] & ids[2] & ids[3] & 0xff) == 0xff) {
                throw new GpuFaultException(GpuFault.LOST, name() + " does not answer on the bus", null);
            }
        } catch (IOException e) {
            // Then its values tell whether it is there.
        }
    }

    private String name() {
        return info.model() + " at " + info.pciBusId();
    }
}
