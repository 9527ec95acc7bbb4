package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.deadline.DeadlineCall;
import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs by their position in NVML's list. Getting to know one may cost seconds or hang, so each has a thread for
 * that: one that hangs does not hide the others. A GPU known to be there that NVML cannot name any more stays in the
 * list. For one thread, except for those of its own.
 */
final class NvmlGpus {
    /** An attachment that takes longer hangs: from then on the other GPUs are all that there are. */
    static final Duration WAITED_FOR = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(NvmlGpus.class);

    /** Beyond that the survey fails: each of these hangs in the driver already. */
    private static final int MOST_CALLS = 2 * WireLimits.MAX_GPUS;

    private final NvmlSession session;
    private final Maker maker;
    private final ReinitPolicy reinit;
    private final LongSupplier nanoTime;
    private final Map<Integer, DeadlineCall<NvmlGpu>> attachments = new HashMap<>();
    /** Calls for positions that mean other GPUs by now. */
    private final List<DeadlineCall<NvmlGpu>> abandoned = new ArrayList<>();

    private final Map<Integer, GpuInfo> known = new HashMap<>();
    private final Map<Integer, Nameless> nameless = new HashMap<>();
    private int generation;
    private int count;

    /** Makes a GPU of a handle; may hang. */
    @FunctionalInterface
    interface Maker {
        NvmlGpu make(int generation, Nvml.Device device) throws NvmlException;
    }

    /**
     * What was found.
     *
     * @param fault what is wrong with all GPUs, if there are some and not one of them reports what it is
     * @param complete as in {@link io.emberwatch.probe.gpu.GpuDriver.Survey}
     */
    record Found(List<Gpu> gpus, GpuFault fault, boolean complete) {}

    /** Why a GPU does not report what it is. */
    private record Nameless(GpuFault fault, String problem) {}

    /** @param nanoTime {@link System#nanoTime()} */
    NvmlGpus(NvmlSession session, Maker maker, ReinitPolicy reinit, LongSupplier nanoTime) {
        this.session = session;
        this.maker = maker;
        this.reinit = reinit;
        this.nanoTime = nanoTime;
    }

    /**
     * The GPUs of now. Those that are known in this generation are not asked again.
     *
     * @param now how many there are
     * @param timeout how long to wait for all together
     */
    Found find(int now, Duration timeout) {
        if (session.generation() != generation) {
            generation = session.generation();
            attachments.clear();
        }
        if (now != count) {
            forgetPositions();
            count = now;
        }
        for (int index = 0; index < count; index++) {
            attach(index);
        }
        long until = System.nanoTime() + timeout.toNanos();
        List<Gpu> gpus = new ArrayList<>();
        boolean complete = true;
        for (int index = 0; index < count; index++) {
            boolean answered = addTo(gpus, index, Duration.ofNanos(Math.max(0, until - System.nanoTime())));
            complete &= answered || attachments.get(index).age().compareTo(WAITED_FOR) >= 0;
        }
        return new Found(gpus, complete && gpus.isEmpty() ? faultOfNameless() : GpuFault.NONE, complete);
    }

    /**
     * Who is gone is not known, so positions mean others than before. What hangs keeps its thread and is only counted.
     */
    private void forgetPositions() {
        abandoned.addAll(attachments.values());
        attachments.clear();
        known.clear();
        nameless.clear();
    }

    private void attach(int index) {
        DeadlineCall<NvmlGpu> attachment = attachments.get(index);
        if (attachment == null) {
            abandoned.removeIf(call -> !call.isBusy());
            if (abandoned.size() + attachments.size() >= MOST_CALLS) {
                throw new IllegalStateException("too many calls that attach a GPU hang");
            }
            attachment = new DeadlineCall<>("gpu-nvml-" + index, nanoTime);
            attachments.put(index, attachment);
        } else if (!hasFailed(attachment)) {
            return;
        }
        int ofGeneration = generation;
        boolean unused = attachment.begin(() -> attached(index, ofGeneration));
    }

    private NvmlGpu attached(int index, int ofGeneration) throws NvmlException {
        if (!session.enter(ofGeneration)) {
            throw new NvmlException(NvmlCode.UNINITIALIZED, "handle of card " + index);
        }
        try {
            return maker.make(ofGeneration, session.nvml().device(index));
        } finally {
            session.leave();
        }
    }

    /**
     * Adds what is known of the GPU at a position.
     *
     * @return whether it has answered, be it with a fault
     */
    private boolean addTo(List<Gpu> gpus, int index, Duration timeout) {
        try {
            Optional<NvmlGpu> gpu = attachments.get(index).await(timeout);
            if (gpu.isPresent()) {
                known.put(index, gpu.get().info());
                nameless.remove(index);
                gpus.add(gpu.get());
                return true;
            }
        } catch (ExecutionException e) {
            GpuInfo info = known.get(index);
            NvmlCode code = NvmlException.codeOf(e);
            reinit.failed(info == null ? "" : info.pciBusId(), code);
            gone(index, code.fault(), String.valueOf(e.getCause())).ifPresent(gpus::add);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        late(index).ifPresent(gpus::add);
        return false;
    }

    private Optional<Gpu> late(int index) {
        GpuInfo info = known.get(index);
        return info == null
                ? gone(index, GpuFault.HUNG, "it does not report what it is")
                : Optional.of(new PendingGpu(info, attachments.get(index)));
    }

    /** That no GPU has an identity does not mean that nothing is wrong: nobody knows how hot they are. */
    private GpuFault faultOfNameless() {
        Set<GpuFault> faults = nameless.values().stream().map(Nameless::fault).collect(Collectors.toSet());
        return faults.isEmpty()
                ? GpuFault.NONE
                : faults.size() == 1 ? faults.iterator().next() : GpuFault.UNREADABLE;
    }

    private Optional<Gpu> gone(int index, GpuFault fault, String problem) {
        GpuInfo info = known.get(index);
        if (info != null) {
            return Optional.of(new FaultyGpu(info, fault, problem));
        }
        Nameless now = new Nameless(fault, problem);
        if (!now.equals(nameless.put(index, now))) {
            LOG.warn("NVIDIA card {}: {}, and its UUID is not known: {}", index, fault.words(), problem);
        }
        return Optional.empty();
    }

    private static boolean hasFailed(DeadlineCall<NvmlGpu> attachment) {
        try {
            Optional<NvmlGpu> unused = attachment.await(Duration.ZERO);
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A GPU that NVML counts but cannot name any more; it is known from before. */
    record FaultyGpu(GpuInfo info, GpuFault fault, String problem) implements Gpu {
        @Override
        public Reading read() throws Gpu.FaultException {
            throw new Gpu.FaultException(fault, problem, null);
        }
    }

    /**
     * A GPU that is known from before and just being attached anew: nothing is known of it until it is, and it hangs if
     * that takes too long.
     */
    record PendingGpu(GpuInfo info, DeadlineCall<NvmlGpu> attachment) implements Gpu {
        /** Longer than a GPU needs that was asleep. */
        static final Duration HANGS_AFTER = Duration.ofSeconds(20);

        @Override
        public Reading read() throws Gpu.FaultException {
            try {
                Optional<NvmlGpu> gpu = attachment.await(Duration.ZERO);
                if (gpu.isEmpty() && attachment.age().compareTo(HANGS_AFTER) > 0) {
                    throw new Gpu.FaultException(GpuFault.HUNG, "it does not report what it is", null);
                }
                return gpu.isPresent() && gpu.get().info().uuid().equals(info.uuid())
                        ? gpu.get().read()
                        : Reading.NOT_NOW;
            } catch (ExecutionException e) {
                throw new Gpu.FaultException(NvmlException.codeOf(e).fault(), String.valueOf(e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Reading.NOT_NOW;
            }
        }
    }
}
