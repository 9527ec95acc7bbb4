package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.gpu.GpuDriver;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's GPUs through NVML, which begins once and anew only when it must. On a machine without such GPUs it looks for
 * them on the bus and does nothing else.
 */
public final class NvmlDriver implements GpuDriver {
    /** How long a new beginning waits for calls under way: a GPU that hangs delays it. */
    private static final Duration RESTART_TIMEOUT = Duration.ofSeconds(2);
    /** More than calls of GPUs take that are well, and than the wait for XID errors. */
    private static final Duration LONG_CALL = Duration.ofMillis(750);
    /** Enough for GPUs that are awake: they do not wait for those that are not. */
    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(NvmlDriver.class);

    private final Loader loader;
    private final NvidiaPciDevices bus;
    private final ProcessNames names;
    private final Duration attachTimeout;
    private final LongSupplier nanoTime;
    private final ReinitPolicy reinit;
    private volatile Optional<Parts> parts = Optional.empty();
    private String lastProblem = "";

    /** Finds the library. */
    @FunctionalInterface
    interface Loader {
        Nvml load() throws NvmlException;
    }

    /** What there is once the library has been found. */
    private record Parts(NvmlSession session, NvmlGpus gpus, XidListener xids) {}

    /**
     * @param attachTimeout how long a survey waits for GPUs to report what they are
     * @param nanoTime {@link System#nanoTime()}
     */
    NvmlDriver(Loader loader, KernelTree tree, boolean reportProcesses, Duration attachTimeout, LongSupplier nanoTime) {
        this.loader = loader;
        this.bus = new NvidiaPciDevices(tree);
        this.reinit = new ReinitPolicy(bus::answers);
        this.names = new ProcessNames(tree, reportProcesses, UserNames.ofMachine());
        this.attachTimeout = attachTimeout;
        this.nanoTime = nanoTime;
    }

    /**
     * The driver of this machine, if it has one.
     *
     * @param reportProcesses whether to report what computes on the GPUs
     */
    public static NvmlDriver ofMachine(KernelTree tree, boolean reportProcesses) {
        return new NvmlDriver(
                () -> NativeNvml.loadFirst(NativeNvml.LIBRARIES),
                tree,
                reportProcesses,
                ATTACH_TIMEOUT,
                System::nanoTime);
    }

    @Override
    public Set<Metric> metrics() {
        return NvmlValues.METRICS;
    }

    @Override
    public Survey survey() {
        if (parts.isEmpty() && !bus.isThere()) {
            return Survey.NOTHING;
        }
        try {
            Survey survey = surveyWith(parts());
            problem("");
            return survey;
        } catch (NvmlException e) {
            return new Survey(List.of(), faultOf(e), "");
        }
    }

    @Override
    public Map<String, List<Integer>> drainXids() {
        return parts.map(Parts::xids).map(XidListener::drain).orElse(Map.of());
    }

    @Override
    public boolean reportsXids(String uuid) {
        return parts.map(with -> with.xids().isListeningTo(uuid)).orElse(false);
    }

    private Parts parts() throws NvmlException {
        if (parts.isEmpty()) {
            NvmlSession session = new NvmlSession(loader.load(), LONG_CALL);
            NvmlGpus.Maker maker = (generation, device) ->
                    new NvmlGpu(session, generation, device, GpuFacts.of(device), names, reinit, bus, nanoTime);
            parts = Optional.of(new Parts(
                    session, new NvmlGpus(session, maker, reinit, nanoTime), new XidListener(session, nanoTime)));
        }
        return parts.get();
    }

    private Survey surveyWith(Parts with) throws NvmlException {
        NvmlSession session = with.session();
        if (!session.isOpen() || reinit.isDue(nanoTime.getAsLong())) {
            begin(with);
        }
        int generation = session.generation();
        if (!session.enter(generation)) {
            throw new NvmlException(NvmlCode.UNINITIALIZED, "nvmlInit");
        }
        int count;
        String version;
        try {
            count = Math.min(session.nvml().deviceCount(), WireLimits.MAX_GPUS);
            version = versionOf(session.nvml());
        } catch (NvmlException e) {
            // There may be no GPU that could say that NVML must begin anew.
            reinit.failed("", e.code());
            throw e;
        } finally {
            session.leave();
        }
        NvmlGpus.Found found = with.gpus().find(count, attachTimeout);
        with.xids().listenTo(generation, handlesOf(found.gpus()));
        GpuFault fault = count == 0 && bus.gpuCount() > 0 ? GpuFault.DRIVER_MISSING : found.fault();
        return new Survey(found.gpus(), fault, version, found.complete());
    }

    private void begin(Parts with) throws NvmlException {
        try {
            if (with.session().begin(RESTART_TIMEOUT, with.xids()::release)) {
                reinit.begun(nanoTime.getAsLong());
                LOG.debug("NVML has begun");
            } else {
                LOG.debug("NVML cannot begin anew while a card hangs");
            }
        } catch (NvmlException e) {
            if (e.code() == NvmlCode.LIB_RM_VERSION_MISMATCH) {
                unload(with);
            }
            throw e;
        }
    }

    /** The library that is installed may be the right one by now: the next survey loads it. */
    private void unload(Parts with) {
        parts = Optional.empty();
        with.xids().stop();
        with.session().nvml().unload();
    }

    private static String versionOf(Nvml nvml) {
        try {
            return "NVIDIA " + nvml.driverVersion();
        } catch (NvmlException e) {
            LOG.debug("NVML does not report its version: {}", e.getMessage());
            return "NVIDIA";
        }
    }

    private static Map<Nvml.Device, String> handlesOf(List<Gpu> gpus) {
        Map<Nvml.Device, String> handles = new HashMap<>();
        for (Gpu gpu : gpus) {
            if (gpu instanceof NvmlGpu known) {
                handles.put(known.device(), known.info().uuid());
            }
        }
        return handles;
    }

    /** Without a GPU of NVIDIA's, or one that was given to this container, there is nothing wrong. */
    private GpuFault faultOf(NvmlException e) {
        boolean isForOthers = e.code() == NvmlCode.LIBRARY_NOT_FOUND && bus.isDriverOutOfReach();
        if (isForOthers || !bus.isThere()) {
            LOG.debug("no NVML, and no card that needs it: {}", e.getMessage());
            return GpuFault.NONE;
        }
        problem(e.getCause() == null ? e.getMessage() : e.getMessage() + ": " + e.getCause());
        return e.code().fault();
    }

    private void problem(String problem) {
        if (!problem.equals(lastProblem) && !problem.isEmpty()) {
            LOG.warn("NVML cannot be used: {}", problem);
        }
        lastProblem = problem;
    }
}
