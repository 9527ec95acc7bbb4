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
 * The GPUs of all drivers, each read in a thread of its own: a GPU that hangs, is lost or fails costs its own values
 * and no other's. It delays the reading in which it begins to hang, by the deadline at most, and later ones by a
 * moment.
 *
 * <pre>
 * sampler ──┬─ gpu-survey-…   one for each driver: which GPUs are there?
 *           └─ gpu-…          one for each GPU: what does it report?
 * </pre>
 */
public final class GpuPoller implements GpuSource {
    /** How long a reading waits for GPUs that do not answer. */
    public static final Duration USUAL_DEADLINE = Duration.ofSeconds(1);

    private static final Duration LOOKS_EVERY = Duration.ofMillis(100);

    private final List<WatchedDriver> drivers;
    private final Duration deadline;
    private final LongSupplier nanoTime;
    private final Map<String, WatchedGpu> gpus = new HashMap<>();
    private final XidHistory xids;
    private final GpuReadout.RecentProcesses processes = new GpuReadout.RecentProcesses();
    private final GpuLog log = new GpuLog();
    private boolean hasRead;
    private volatile Published published = new Published(List.of(), "", List.of());

    /** What other threads may ask for. */
    private record Published(List<GpuInfo> inventory, String driver, List<GpuProcess> processes) {}

    /**
     * @param drivers those first in the list keep a GPU that two of them know
     * @param deadline longest time that {@link #read()} waits for the GPUs; the first one waits half of it at most for
     *     surveys
     * @param nanoTime {@link System#nanoTime()}
     */
    public GpuPoller(List<GpuDriver> drivers, Duration deadline, LongSupplier nanoTime) {
        this.drivers = drivers.stream()
                .map(driver -> new WatchedDriver(driver, nanoTime))
                .toList();
        this.deadline = deadline;
        this.nanoTime = nanoTime;
        this.xids = new XidHistory(nanoTime.getAsLong());
    }

    @Override
    public Set<Metric> metrics() {
        Set<Metric> all = EnumSet.copyOf(GpuReadout.METRICS);
        drivers.forEach(driver -> all.addAll(driver.metrics()));
        return all;
    }

    @Override
    public GpuSource.Report read() {
        long until = nanoTime.getAsLong() + deadline.toNanos();
        awaitSurvey(hasRead ? Duration.ZERO : deadline.dividedBy(2));
        hasRead = true;
        long now = nanoTime.getAsLong();
        drivers.forEach(driver -> xids.add(driver.drainXids(), now));
        Map<WatchedDriver, List<Gpu>> asked = gpusByDriver();
        asked.values().forEach(ofDriver -> ofDriver.forEach(gpu -> watched(gpu).ask(gpu)));

        GpuReadout readout = new GpuReadout(xids, processes, log, now);
        asked.forEach((driver, ofDriver) -> {
            Map<GpuInfo, WatchedGpu.Outcome> outcomes = new LinkedHashMap<>();
            ofDriver.forEach(gpu -> outcomes.put(gpu.info(), watched(gpu).answer(until)));
            driver.noteFaults(readout.add(driver, outcomes));
        });
        forgetOthers(asked.values().stream().flatMap(List::stream).toList());
        published = new Published(inventoryOf(drivers), versionsOf(drivers), readout.processes());
        log.gpus(published.inventory().size());
        return readout.report(drivers.stream().allMatch(WatchedDriver::isKnown));
    }

    /**
     * Waits until each driver has reported which GPUs there are; for the thread that reads.
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
     * Waits until all GPUs have been found, also those that are attached slowly; for the thread that reads.
     *
     * @return whether each driver has reported which GPUs there are
     */
    public boolean awaitAllGpus(Duration timeout) throws InterruptedException {
        long until = nanoTime.getAsLong() + timeout.toNanos();
        boolean published = awaitSurvey(timeout);
        while (nanoTime.getAsLong() - until < 0 && !drivers.stream().allMatch(WatchedDriver::isKnown)) {
            Thread.sleep(LOOKS_EVERY.toMillis());
            drivers.forEach(WatchedDriver::surveyIfDue);
        }
        return published;
    }

    @Override
    public List<GpuInfo> inventory() {
        return published.inventory();
    }

    @Override
    public String driver() {
        return published.driver();
    }

    @Override
    public List<GpuProcess> processes() {
        return published.processes();
    }

    /** Each GPU once, as far as an inventory holds them. */
    private Map<WatchedDriver, List<Gpu>> gpusByDriver() {
        Map<WatchedDriver, List<Gpu>> byDriver = new LinkedHashMap<>();
        Set<String> known = new HashSet<>();
        for (WatchedDriver driver : drivers) {
            byDriver.put(
                    driver,
                    driver.gpus().stream()
                            .filter(gpu -> known.size() < WireLimits.MAX_GPUS
                                    && known.add(gpu.info().uuid()))
                            .toList());
        }
        return byDriver;
    }

    private WatchedGpu watched(Gpu gpu) {
        return gpus.computeIfAbsent(gpu.info().uuid(), uuid -> new WatchedGpu("gpu-" + uuid, nanoTime));
    }

    /** A GPU that is gone is forgotten, but not while a call of it hangs: it may come back. */
    private void forgetOthers(List<Gpu> asked) {
        Set<String> uuids = asked.stream().map(gpu -> gpu.info().uuid()).collect(Collectors.toSet());
        gpus.entrySet()
                .removeIf(
                        gpu -> !uuids.contains(gpu.getKey()) && !gpu.getValue().isBusy());
    }

    private static List<GpuInfo> inventoryOf(List<WatchedDriver> drivers) {
        Map<String, GpuInfo> inventory = new LinkedHashMap<>();
        drivers.stream()
                .flatMap(driver -> driver.inventory().stream())
                .forEach(gpu -> inventory.putIfAbsent(gpu.uuid(), gpu));
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
