package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The cards of all drivers, each read in a thread of its own: a card that hangs, is lost or fails costs its own values and no
 * other's. It delays the reading in which it begins to hang, by the deadline at most, and later ones by a moment.
 *
 * <pre>
 * sampler ──┬─ gpu-survey-…   one for each driver: which cards are there?
 *           └─ gpu-…          one for each card: what does it tell?
 * </pre>
 */
public final class WatchedGpus implements GpuSource {
    /** How long a reading waits for cards that do not answer. */
    public static final Duration USUAL_DEADLINE = Duration.ofSeconds(1);

    private static final Duration LOOKS_EVERY = Duration.ofMillis(100);

    private final List<WatchedDriver> drivers;
    private final Duration deadline;
    private final LongSupplier nanoTime;
    private final Map<String, WatchedCard> cards = new HashMap<>();
    private final XidBook xids;
    private final LastProcesses processes = new LastProcesses();
    private final GpuLog log = new GpuLog();
    private boolean hasRead;
    private volatile Told told = new Told(List.of(), "", List.of());

    /** What other threads may ask for. */
    private record Told(List<GpuInfo> inventory, String driver, List<GpuProcess> processes) {}

    /**
     * @param drivers those first in the list keep a card that two of them know
     * @param deadline longest time that {@link #read()} waits for the cards; the first one waits half of it at most for surveys
     * @param nanoTime {@link System#nanoTime()}
     */
    public WatchedGpus(List<GpuDriver> drivers, Duration deadline, LongSupplier nanoTime) {
        this.drivers = drivers.stream()
                .map(driver -> new WatchedDriver(driver, nanoTime))
                .toList();
        this.deadline = deadline;
        this.nanoTime = nanoTime;
        this.xids = new XidBook(nanoTime.getAsLong());
    }

    @Override
    public Set<Metric> metrics() {
        Set<Metric> all = EnumSet.copyOf(GpuReadout.METRICS);
        drivers.forEach(driver -> all.addAll(driver.metrics()));
        return all;
    }

    @Override
    public GpuReport read() {
        long until = nanoTime.getAsLong() + deadline.toNanos();
        awaitSurvey(hasRead ? Duration.ZERO : deadline.dividedBy(2));
        hasRead = true;
        long now = nanoTime.getAsLong();
        drivers.forEach(driver -> xids.add(driver.drainXids(), now));
        Map<WatchedDriver, List<GpuCard>> asked = cardsByDriver();
        asked.values()
                .forEach(ofDriver -> ofDriver.forEach(card -> watched(card).ask(card)));

        GpuReadout readout = new GpuReadout(xids, processes, log, now);
        asked.forEach((driver, ofDriver) -> {
            Map<GpuInfo, CardOutcome> outcomes = new LinkedHashMap<>();
            ofDriver.forEach(card -> outcomes.put(card.info(), watched(card).answer(until)));
            driver.hearFaults(readout.add(driver, outcomes));
        });
        forgetOthers(asked.values().stream().flatMap(List::stream).toList());
        told = new Told(inventoryOf(drivers), versionsOf(drivers), readout.processes());
        log.cards(told.inventory().size());
        return readout.report(drivers.stream().allMatch(WatchedDriver::isKnown));
    }

    /**
     * Waits until each driver has told which cards there are; for the thread that reads.
     *
     * @return whether all have
     */
    public boolean awaitSurvey(Duration timeout) {
        long until = nanoTime.getAsLong() + timeout.toNanos();
        drivers.forEach(WatchedDriver::surveyIfDue);
        drivers.forEach(driver -> driver.awaitFirst(until));
        return drivers.stream().allMatch(WatchedDriver::isSurveyed);
    }

    /**
     * Waits until all cards have been found, also those that are attached slowly; for the thread that reads.
     *
     * @return whether each driver has told which cards there are
     */
    public boolean awaitAllCards(Duration timeout) throws InterruptedException {
        long until = nanoTime.getAsLong() + timeout.toNanos();
        boolean told = awaitSurvey(timeout);
        while (nanoTime.getAsLong() - until < 0 && !drivers.stream().allMatch(WatchedDriver::isKnown)) {
            Thread.sleep(LOOKS_EVERY.toMillis());
            drivers.forEach(WatchedDriver::surveyIfDue);
        }
        return told;
    }

    @Override
    public List<GpuInfo> inventory() {
        return told.inventory();
    }

    @Override
    public String driver() {
        return told.driver();
    }

    @Override
    public List<GpuProcess> processes() {
        return told.processes();
    }

    /** Each card once, as far as an inventory holds them. */
    private Map<WatchedDriver, List<GpuCard>> cardsByDriver() {
        Map<WatchedDriver, List<GpuCard>> byDriver = new LinkedHashMap<>();
        Set<String> known = new HashSet<>();
        for (WatchedDriver driver : drivers) {
            byDriver.put(
                    driver,
                    driver.cards().stream()
                            .filter(card -> known.size() < WireLimits.MAX_GPUS
                                    && known.add(card.info().uuid()))
                            .toList());
        }
        return byDriver;
    }

    private WatchedCard watched(GpuCard card) {
        return cards.computeIfAbsent(card.info().uuid(), uuid -> new WatchedCard("gpu-" + uuid, nanoTime));
    }

    /** A card that is gone is forgotten, but not while a call of it hangs: it may come back. */
    private void forgetOthers(List<GpuCard> asked) {
        Set<String> uuids = asked.stream().map(card -> card.info().uuid()).collect(Collectors.toSet());
        cards.entrySet()
                .removeIf(card ->
                        !uuids.contains(card.getKey()) && !card.getValue().isBusy());
    }

    private static List<GpuInfo> inventoryOf(List<WatchedDriver> drivers) {
        Map<String, GpuInfo> inventory = new LinkedHashMap<>();
        drivers.stream()
                .flatMap(driver -> driver.inventory().stream())
                .forEach(card -> inventory.putIfAbsent(card.uuid(), card));
        return inventory.values().stream().limit(WireLimits.MAX_GPUS).toList();
    }

    private static String versionsOf(List<WatchedDriver> drivers) {
        return Texts.fit(drivers.stream()
                .map(WatchedDriver::version)
                .filter(version -> !version.isEmpty())
                .distinct()
                .collect(Collectors.joining(", ")));
    }
}
