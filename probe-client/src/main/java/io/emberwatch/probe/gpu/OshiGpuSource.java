package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.hardware.GpuStats;
import oshi.hardware.GraphicsCard;

/**
 * GPUs as OSHI sees them. Looking for cards starts a process ({@code lspci}), so it is done at the first read and then every
 * {@link #LOOK_AGAIN}; in between, a machine without cards costs nothing. Blocks while the driver does; one thread only.
 *
 * <p>A machine's BMC and a hypervisor have display adapters too: only cards of makers of GPUs count.
 */
public final class OshiGpuSource implements GpuSource {
    static final Duration LOOK_AGAIN = Duration.ofMinutes(5);
    private static final Logger log = LoggerFactory.getLogger(OshiGpuSource.class);
    private static final List<String> GPU_VENDORS = List.of("0x1002", "0x10de", "0x8086");

    private final Supplier<List<GraphicsCard>> finder;
    private final PciDisplays displays;
    private final LongSupplier nanoTime;
    private List<Card> cards = List.of();
    private long nextLookNanos;
    private boolean looked;

    private record Card(GpuInfo info, GpuStats stats, long memTotalBytes) {
        private Card named(String uuid) {
            GpuInfo named = new GpuInfo(
                    Texts.fit(uuid),
                    info.model(),
                    info.pciBusId(),
                    info.slowdownTempC(),
                    info.shutdownTempC(),
                    info.memMaxTempC(),
                    info.gpuMaxTempC());
            return new Card(named, stats, memTotalBytes);
        }
    }

    /**
     * @param finder OSHI's list of cards, made anew at each call
     * @param nanoTime {@link System#nanoTime()}
     */
    public OshiGpuSource(Supplier<List<GraphicsCard>> finder, PciDisplays displays, LongSupplier nanoTime) {
        this.finder = finder;
        this.displays = displays;
        this.nanoTime = nanoTime;
    }

    @Override
    public List<GpuInfo> inventory() {
        return cards.stream().map(Card::info).toList();
    }

    @Override
    public GpuReport read() {
        lookForCardsIfDue();
        List<GpuSample> samples = new ArrayList<>();
        for (Card card : cards) {
            try {
                MetricValues values = valuesOf(card);
                if (!values.isEmpty()) {
                    samples.add(new GpuSample(card.info().uuid(), values));
                }
            } catch (RuntimeException | LinkageError e) {
                log.debug("GPU {} cannot be read", card.info().uuid(), e);
            }
        }
        return new GpuReport(samples, Optional.empty());
    }

    private void lookForCardsIfDue() {
        long now = nanoTime.getAsLong();
        if (looked && now - nextLookNanos < 0) {
            return;
        }
        looked = true;
        nextLookNanos = now + LOOK_AGAIN.toNanos();
        List<Card> found = find();
        cards.forEach(card -> card.stats().close());
        if (found.size() != cards.size()) {
            log.info("{} GPUs found", found.size());
        }
        cards = found;
    }

    private List<Card> find() {
        List<GraphicsCard> all = finder.get();
        List<Card> found = new ArrayList<>();
        for (int i = 0; i < all.size() && found.size() < WireLimits.MAX_GPUS; i++) {
            GraphicsCard card = all.get(i);
            if (GPU_VENDORS.stream().anyMatch(card.getVendor().toLowerCase(Locale.ROOT)::contains)) {
                found.add(describe(card, i, displays.matching(i, all.size(), card.getDeviceId())));
            }
        }
        return distinct(found);
    }

    /** Cards that claim to be the same one are told apart by where they are. */
    private static List<Card> distinct(List<Card> found) {
        Map<String, Long> claims =
                found.stream().collect(Collectors.groupingBy(card -> card.info().uuid(), Collectors.counting()));
        return IntStream.range(0, found.size())
                .mapToObj(i -> {
                    Card card = found.get(i);
                    String busId = card.info().pciBusId();
                    String place = busId.isEmpty() ? "card-" + i : busId;
                    return claims.get(card.info().uuid()) == 1
                            ? card
                            : card.named(place + "-" + card.info().uuid());
                })
                .toList();
    }

    private static Card describe(GraphicsCard card, int position, Optional<PciDisplays.Display> display) {
        String uuid = display.map(PciDisplays.Display::identity)
                .orElseGet(() -> "card-" + position + "-" + card.getDeviceId());
        GpuInfo info = GpuInfo.withoutLimits(
                Texts.fit(uuid),
                Texts.fit(card.getName()),
                display.map(PciDisplays.Display::busId).orElse(""));
        long memTotalBytes = display.map(PciDisplays.Display::memTotalBytes).orElse(0L);
        return new Card(info, card.createStatsSession(), memTotalBytes > 0 ? memTotalBytes : card.getVRam());
    }

    private static MetricValues valuesOf(Card card) {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU);
        GpuStats stats = card.stats();
        // OSHI says -1 for what it cannot read, and 0 °C is a sensor that does not answer.
        put(values, Metric.GPU_TEMP_C, stats.getTemperature(), Double.MIN_VALUE);
        put(values, Metric.GPU_UTIL_PERCENT, stats.getGpuUtilization(), 0);
        put(values, Metric.GPU_POWER_W, stats.getPowerDraw(), 0);
        put(values, Metric.GPU_SM_CLOCK_MHZ, (double) stats.getCoreClockMhz(), 0);
        put(values, Metric.GPU_MEM_CLOCK_MHZ, (double) stats.getMemoryClockMhz(), 0);
        put(values, Metric.GPU_FAN_PERCENT, stats.getFanSpeedPercent(), 0);
        long memUsedBytes = stats.getVramUsed();
        put(values, Metric.GPU_MEM_USED_BYTES, (double) memUsedBytes, 0);
        // What lspci takes for the memory of a card may be just a window to it.
        if (card.memTotalBytes() > 0 && memUsedBytes >= 0 && memUsedBytes <= card.memTotalBytes()) {
            put(values, Metric.GPU_MEM_TOTAL_BYTES, (double) card.memTotalBytes(), 0);
        }
        return values.build();
    }

    private static void put(MetricValues.Builder values, Metric metric, double value, double lowest) {
        if (Double.isFinite(value) && value >= lowest) {
            values.set(metric, value);
        }
    }
}
