package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.KernelTree;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.hardware.GraphicsCard;

/**
 * What cards are called: as the card says itself, else as OSHI calls one of the same device id, which costs a process ({@code
 * lspci}) and is therefore remembered. Not thread-safe.
 */
final class CardNames {
    private static final Logger log = LoggerFactory.getLogger(CardNames.class);

    private final KernelTree tree;
    private final Supplier<List<GraphicsCard>> oshi;
    private final Map<String, String> byDevice = new HashMap<>();

    /** @param oshi its list of cards, made anew at each call */
    CardNames(KernelTree tree, Supplier<List<GraphicsCard>> oshi) {
        this.tree = tree;
        this.oshi = oshi;
    }

    String of(PciCard card) {
        return tree.text(card.device().resolve("product_name"))
                .filter(name -> !name.isEmpty())
                .orElseGet(() -> known(card));
    }

    private String known(PciCard card) {
        String device = card.deviceId().toLowerCase(Locale.ROOT);
        if (!byDevice.containsKey(device)) {
            ask();
            byDevice.putIfAbsent(device, card.plainName());
        }
        return byDevice.get(device);
    }

    private void ask() {
        try {
            for (GraphicsCard card : oshi.get()) {
                if (!card.getName().isBlank() && !card.getName().equalsIgnoreCase("unknown")) {
                    byDevice.putIfAbsent(card.getDeviceId().toLowerCase(Locale.ROOT), card.getName());
                }
            }
        } catch (RuntimeException | LinkageError e) {
            log.debug("no names of graphics cards", e);
        }
    }
}
