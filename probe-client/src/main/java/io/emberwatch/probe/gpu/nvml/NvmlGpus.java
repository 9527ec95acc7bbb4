package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.DriverThreads;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs by their position in NVML's list. Getting to know one may cost seconds or hang, so each has a thread for that: one
 * that hangs does not hide the others. A GPU known to be there that NVML cannot name any more stays in the list. For one
 * thread, except for those of its own.
 */
final class NvmlGpus {
    /** An attachment that takes longer hangs: from then on the other GPUs are all that there are. */
    static final Duration WAITED_FOR = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(NvmlGpus.class);

    private final NvmlSession session;
    private final Maker maker;
    private final ReinitPolicy wishes;
    private final LongSupplier nanoTime;
    /** Beyond that the survey fails: each of these hangs in the driver already. */
    private static final int MOST_THREADS = 2 * WireLimits.MAX_GPUS;

    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            MOST_THREADS,
            60,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> DriverThreads.daemon(task, "gpu-nvml"));
    private final Map<Integer, Meeting> meetings = new HashMap<>();
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
     * @param fault what is wrong with all GPUs, if there are some and not one of them tells what it is
     * @param complete as in {@link io.emberwatch.probe.gpu.GpuDriver.Survey}
     */
    record Found(List<Gpu> gpus, GpuFault fault, boolean complete) {}

    /** Why a GPU does not tell what it is. */
    private record Nameless(GpuFault fault, String problem) {}

    private record Meeting(Future<NvmlGpu> gpu, long begunNanos) {}

    /** @param nanoTime {@link System#nanoTime()} */
    NvmlGpus(NvmlSession session, Maker maker, ReinitPolicy wishes, LongSupplier nanoTime) {
        this.session = session;
        this.maker = maker;
        this.wishes = wishes;
        this.nanoTime = nanoTime;
    }

    /**
     * The GPUs of now. Those that are known in this generation are not asked again.
     *
     * @param now how many there are
     * @param patience how long to wait for all together
     */
    Found find(int now, Duration patience) {
        if (session.generation() != generation) {
            generation = session.generation();
            meetings.clear();
        }
        if (now != count) {
            // Who is gone is not known, so positions mean others than before.
            meetings.clear();
            known.clear();
            nameless.clear();
            count = now;
        }
        int ofGeneration = generation;
        for (int index = 0; index < count; index++) {
            int position = index;
            if (!meetings.containsKey(index) || isFailed(meetings.get(index).gpu())) {
                meetings.put(
                        index, new Meeting(threads.submit(() -> meet(position, ofGeneration)), nanoTime.getAsLong()));
            }
        }
        long until = System.nanoTime() + patience.toNanos();
        List<Gpu> gpus = new ArrayList<>();
        boolean complete = true;
        for (int index = 0; index < count; index++) {
            boolean answered = awaitAnswer(meetings.get(index), until);
            complete &= answered || isGivenUp(meetings.get(index));
            (answered ? answer(index) : late(index)).ifPresent(gpus::add);
        }
        return new Found(gpus, complete && gpus.isEmpty() ? faultOfNameless() : GpuFault.NONE, complete);
    }

    /** Its threads end; it may not be used any more. */
    void stop() {
        threads.shutdown();
    }

    private NvmlGpu meet(int index, int ofGeneration) throws NvmlException {
        if (!session.enter(ofGeneration)) {
            throw new NvmlException(NvmlCode.UNINITIALIZED, "handle of card " + index);
        }
        try {
            return maker.make(ofGeneration, session.nvml().device(index));
        } finally {
            session.leave();
        }
    }

    /** Whether it has answered, be it with a fault. */
    private static boolean awaitAnswer(Meeting meeting, long untilNanos) {
        try {
            meeting.gpu().get(Math.max(0, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<Gpu> answer(int index) {
        try {
            NvmlGpu gpu = meetings.get(index).gpu().get();
            known.put(index, gpu.info());
            nameless.remove(index);
            return Optional.of(gpu);
        } catch (ExecutionException e) {
            GpuInfo info = known.get(index);
            NvmlCode code = NvmlException.codeOf(e);
            wishes.hear(info == null ? "" : info.pciBusId(), code);
            return gone(index, code.fault(), String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Optional<Gpu> late(int index) {
        GpuInfo info = known.get(index);
        Meeting meeting = meetings.get(index);
        return info == null
                ? gone(index, GpuFault.HUNG, "it does not tell what it is")
                : Optional.of(new PendingGpu(info, meeting.gpu(), meeting.begunNanos(), nanoTime));
    }

    /** Not one GPU to be named is not that nothing is wrong: nobody can tell how hot they are. */
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

    private boolean isGivenUp(Meeting meeting) {
        return nanoTime.getAsLong() - meeting.begunNanos() >= WAITED_FOR.toNanos();
    }

    private static boolean isFailed(Future<NvmlGpu> future) {
        if (!future.isDone()) {
            return false;
        }
        try {
            return future.get() == null;
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
     * A GPU that is known from before and just being attached anew: nothing is known of it until it is, and it hangs if that
     * takes too long.
     *
     * @param nanoTime {@link System#nanoTime()}
     */
    record PendingGpu(GpuInfo info, Future<NvmlGpu> met, long begunNanos, LongSupplier nanoTime) implements Gpu {
        /** Longer than a GPU needs that was asleep. */
        static final Duration HANGS_AFTER = Duration.ofSeconds(20);

        @Override
        public Reading read() throws Gpu.FaultException {
            if (!met.isDone()) {
                if (nanoTime.getAsLong() - begunNanos > HANGS_AFTER.toNanos()) {
                    throw new Gpu.FaultException(GpuFault.HUNG, "it does not tell what it is", null);
                }
                return Reading.NOT_NOW;
            }
            try {
                NvmlGpu gpu = met.get();
                return gpu.info().uuid().equals(info.uuid()) ? gpu.read() : Reading.NOT_NOW;
            } catch (ExecutionException e) {
                throw new Gpu.FaultException(NvmlException.codeOf(e).fault(), String.valueOf(e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Reading.NOT_NOW;
            }
        }
    }
}
