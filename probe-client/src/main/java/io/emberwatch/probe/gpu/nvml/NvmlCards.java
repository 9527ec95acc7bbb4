package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.DriverThreads;
import io.emberwatch.probe.gpu.GpuCard;
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
 * The cards by their position in NVML's list. Getting to know one may cost seconds or hang, so each has a thread for that: one
 * that hangs does not hide the others. A card known to be there that NVML cannot name any more stays in the list. For one
 * thread, except for those of its own.
 */
final class NvmlCards {
    /** An attachment that takes longer hangs: from then on the other cards are all that there are. */
    static final Duration WAITED_FOR = Duration.ofMinutes(2);

    private static final Logger log = LoggerFactory.getLogger(NvmlCards.class);

    private final NvmlSession session;
    private final Maker maker;
    private final RestartWishes wishes;
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

    /** Makes a card of a handle; may hang. */
    @FunctionalInterface
    interface Maker {
        NvmlCard make(int generation, Nvml.Device device) throws NvmlException;
    }

    /**
     * What was found.
     *
     * @param fault what is wrong with all cards, if there are some and not one of them tells what it is
     * @param complete as in {@link io.emberwatch.probe.gpu.GpuDriver.Survey}
     */
    record Found(List<GpuCard> cards, GpuFault fault, boolean complete) {}

    /** Why a card does not tell what it is. */
    private record Nameless(GpuFault fault, String problem) {}

    private record Meeting(Future<NvmlCard> card, long begunNanos) {}

    /** @param nanoTime {@link System#nanoTime()} */
    NvmlCards(NvmlSession session, Maker maker, RestartWishes wishes, LongSupplier nanoTime) {
        this.session = session;
        this.maker = maker;
        this.wishes = wishes;
        this.nanoTime = nanoTime;
    }

    /**
     * The cards of now. Those that are known in this generation are not asked again.
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
            if (!meetings.containsKey(index) || isFailed(meetings.get(index).card())) {
                meetings.put(
                        index, new Meeting(threads.submit(() -> meet(position, ofGeneration)), nanoTime.getAsLong()));
            }
        }
        long until = System.nanoTime() + patience.toNanos();
        List<GpuCard> cards = new ArrayList<>();
        boolean complete = true;
        for (int index = 0; index < count; index++) {
            boolean answered = awaitAnswer(meetings.get(index), until);
            complete &= answered || isGivenUp(meetings.get(index));
            (answered ? answer(index) : late(index)).ifPresent(cards::add);
        }
        return new Found(cards, complete && cards.isEmpty() ? faultOfNameless() : GpuFault.NONE, complete);
    }

    /** Its threads end; it may not be used any more. */
    void stop() {
        threads.shutdown();
    }

    private NvmlCard meet(int index, int ofGeneration) throws NvmlException {
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
            meeting.card().get(Math.max(0, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
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

    private Optional<GpuCard> answer(int index) {
        try {
            NvmlCard card = meetings.get(index).card().get();
            known.put(index, card.info());
            nameless.remove(index);
            return Optional.of(card);
        } catch (ExecutionException e) {
            GpuInfo info = known.get(index);
            NvmlCode code = NvmlFaults.codeOf(e);
            wishes.hear(info == null ? "" : info.pciBusId(), code);
            return gone(index, NvmlFaults.of(code), String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Optional<GpuCard> late(int index) {
        GpuInfo info = known.get(index);
        Meeting meeting = meetings.get(index);
        return info == null
                ? gone(index, GpuFault.HUNG, "it does not tell what it is")
                : Optional.of(new CardBeingMet(info, meeting.card(), meeting.begunNanos(), nanoTime));
    }

    /** Not one card to be named is not that nothing is wrong: nobody can tell how hot they are. */
    private GpuFault faultOfNameless() {
        Set<GpuFault> faults = nameless.values().stream().map(Nameless::fault).collect(Collectors.toSet());
        return faults.isEmpty()
                ? GpuFault.NONE
                : faults.size() == 1 ? faults.iterator().next() : GpuFault.UNREADABLE;
    }

    private Optional<GpuCard> gone(int index, GpuFault fault, String problem) {
        GpuInfo info = known.get(index);
        if (info != null) {
            return Optional.of(new GoneCard(info, fault, problem));
        }
        Nameless now = new Nameless(fault, problem);
        if (!now.equals(nameless.put(index, now))) {
            log.warn("NVIDIA card {}: {}, and its UUID is not known: {}", index, fault.words(), problem);
        }
        return Optional.empty();
    }

    private boolean isGivenUp(Meeting meeting) {
        return nanoTime.getAsLong() - meeting.begunNanos() >= WAITED_FOR.toNanos();
    }

    private static boolean isFailed(Future<NvmlCard> future) {
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
}
