package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.deadline.DeadlineCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of XID errors as they happen, in a thread of its own, and keeps them until somebody takes them. Where GPUs
 * report none, it does nothing. Thread-safe.
 */
final class XidListener implements Runnable {
    /** How often to ask for errors. */
    private static final long INTERVAL_MILLIS = 1000;

    private static final long FIRST_PAUSE_MILLIS = 1000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final long FOR_GOOD = TimeUnit.DAYS.toMillis(365);

    private static final int MAX_WAITING = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(XidListener.class);

    private final NvmlSession session;
    private final Map<String, List<Integer>> waiting = new HashMap<>();
    private Gpus gpus = new Gpus(0, Map.of());
    private volatile boolean isStarted;
    private volatile Set<String> listenedTo = Set.of();
    private volatile boolean isStopped;
    /** Only touched by a caller of the session, or when there is none. */
    private final XidSubscriptions subscriptions;

    private Gpus setsAreOf = new Gpus(0, Map.of());

    /** GPUs of one generation: their UUIDs by their handles. */
    private record Gpus(int generation, Map<Nvml.Device, String> uuids) {}

    /** @param nanoTime {@link System#nanoTime()} */
    XidListener(NvmlSession session, LongSupplier nanoTime) {
        this.session = session;
        this.subscriptions = new XidSubscriptions(nanoTime);
    }

    /** Listens no more, for good. */
    synchronized void stop() {
        isStopped = true;
        notifyAll();
    }

    /** From now on listens to these GPUs. */
    synchronized void listenTo(int generation, Map<Nvml.Device, String> uuids) {
        Gpus wanted = new Gpus(generation, Map.copyOf(uuids));
        if (wanted.equals(gpus)) {
            return;
        }
        gpus = wanted;
        notifyAll();
        if (!isStarted) {
            isStarted = true;
            DeadlineCall.daemonThread(this, "gpu-events").start();
        }
    }

    /** Whether an error of this GPU would be heard, as far as that is known. */
    boolean isListeningTo(String uuid) {
        return listenedTo.contains(uuid);
    }

    /** Errors since the last call by UUID, each GPU's in their order. */
    Map<String, List<Integer>> drain() {
        synchronized (waiting) {
            Map<String, List<Integer>> drained = Map.copyOf(waiting);
            waiting.clear();
            return drained;
        }
    }

    /** Stops listening, because the generation ends; no caller may be in the session. */
    void release() {
        subscriptions.close();
        listenedTo = Set.of();
    }

    @Override
    public void run() {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        try {
            while (!isStopped) {
                Gpus now = gpus();
                Outcome outcome = listen(now);
                switch (outcome) {
                    case HEARING -> {
                        pauseMillis = FIRST_PAUSE_MILLIS;
                        awaitOthers(now, INTERVAL_MILLIS);
                    }
                    case NOT_NOW -> {
                        awaitOthers(now, pauseMillis);
                        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
                    }
                    case NEVER -> awaitOthers(now, FOR_GOOD);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private enum Outcome {
        HEARING,
        NOT_NOW,
        /** These GPUs report no errors. */
        NEVER
    }

    /** Takes what these GPUs have reported. */
    private Outcome listen(Gpus to) {
        if (!session.enter(to.generation())) {
            return Outcome.NOT_NOW;
        }
        try {
            return listenInSession(to);
        } catch (NvmlException e) {
            LOG.debug("XID errors are not heard: {}", e.getMessage());
            release();
            return Outcome.NOT_NOW;
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("XID errors are not heard", e);
            release();
            return Outcome.NOT_NOW;
        } finally {
            session.leave();
        }
    }

    private Outcome listenInSession(Gpus to) throws NvmlException {
        if (!setsAreOf.equals(to)) {
            release();
            setsAreOf = to;
        }
        Set<Nvml.Device> devices = to.uuids().keySet();
        subscriptions.open(session.nvml(), devices);
        publish(to);
        if (subscriptions.listenedTo().isEmpty()) {
            return subscriptions.areSilent(devices) ? Outcome.NEVER : Outcome.NOT_NOW;
        }
        subscriptions.take((device, event) -> note(to.uuids().get(device), event));
        publish(to);
        return Outcome.HEARING;
    }

    private void publish(Gpus of) {
        listenedTo = subscriptions.listenedTo().stream().map(of.uuids()::get).collect(Collectors.toUnmodifiableSet());
    }

    private void note(String uuid, Nvml.Event event) {
        synchronized (waiting) {
            List<Integer> ofGpu = waiting.computeIfAbsent(uuid, gpu -> new ArrayList<>());
            if (ofGpu.size() < MAX_WAITING) {
                ofGpu.add((int) Math.min(event.xid(), Integer.MAX_VALUE));
            }
        }
    }

    private synchronized Gpus gpus() {
        return gpus;
    }

    private synchronized void awaitOthers(Gpus than, long millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = millis;
        while (gpus.equals(than) && !isStopped && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        }
    }
}
