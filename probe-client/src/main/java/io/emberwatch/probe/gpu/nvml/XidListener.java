package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.gpu.DriverThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of XID errors as they happen, in a thread of its own, and keeps them until somebody takes them. Where cards tell none,
 * it does nothing. Thread-safe.
 */
final class XidListener implements Runnable {
    /** So long it may stand in the way of NVML's beginning anew. */
    private static final Duration WAIT = Duration.ofMillis(500);

    private static final long FIRST_PAUSE_MILLIS = 1000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final long FOR_GOOD = TimeUnit.DAYS.toMillis(365);

    private static final int MAX_WAITING = 1000;
    private static final Logger log = LoggerFactory.getLogger(XidListener.class);

    private final NvmlSession session;
    private final Map<String, List<Integer>> waiting = new HashMap<>();
    private Cards cards = new Cards(0, Map.of());
    private volatile boolean isStarted;
    private volatile boolean isDeaf;
    private volatile boolean isStopped;
    private Hearing hearing = Hearing.NOTHING;

    /** Cards of one generation: their UUIDs by their handles. */
    private record Cards(int generation, Map<Nvml.Device, String> uuids) {}

    /** What it listens to. Only touched by a caller of the session, or when there is none. */
    private record Hearing(Cards cards, List<Nvml.Events> events) {
        static final Hearing NOTHING = new Hearing(new Cards(0, Map.of()), List.of());
    }

    XidListener(NvmlSession session) {
        this.session = session;
    }

    /** Listens no more, for good. */
    synchronized void stop() {
        isStopped = true;
        notifyAll();
    }

    /** From now on listens to these cards. */
    synchronized void listenTo(int generation, Map<Nvml.Device, String> uuids) {
        Cards wanted = new Cards(generation, Map.copyOf(uuids));
        if (wanted.equals(cards)) {
            return;
        }
        cards = wanted;
        notifyAll();
        if (!isStarted) {
            isStarted = true;
            DriverThreads.daemon(this, "gpu-events").start();
        }
    }

    /** Whether an error would be heard, as far as that is known. */
    boolean isListening() {
        return isStarted && !isDeaf;
    }

    /** Errors since the last call by UUID, each card's in their order. */
    Map<String, List<Integer>> drain() {
        synchronized (waiting) {
            Map<String, List<Integer>> drained = Map.copyOf(waiting);
            waiting.clear();
            return drained;
        }
    }

    /** Stops listening, because the generation ends; no caller may be in the session. */
    void release() {
        Hearing old = hearing;
        hearing = Hearing.NOTHING;
        old.events().forEach(Nvml.Events::close);
    }

    @Override
    public void run() {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        try {
            while (!isStopped) {
                Cards now = cards();
                Outcome outcome = listen(now);
                isDeaf = outcome != Outcome.HEARING;
                switch (outcome) {
                    case HEARING -> pauseMillis = FIRST_PAUSE_MILLIS;
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
        /** These cards tell no errors. */
        NEVER
    }

    /** Listens to these cards for a moment. */
    private Outcome listen(Cards to) {
        if (!session.enter(to.generation())) {
            return Outcome.NOT_NOW;
        }
        try {
            listenInSession(to);
            return Outcome.HEARING;
        } catch (NvmlException e) {
            log.debug("XID errors are not heard: {}", e.getMessage());
            release();
            return NvmlFaults.isUnsupported(e.code()) ? Outcome.NEVER : Outcome.NOT_NOW;
        } catch (RuntimeException | LinkageError e) {
            log.warn("XID errors are not heard", e);
            release();
            return Outcome.NOT_NOW;
        } finally {
            session.leave();
        }
    }

    private void listenInSession(Cards to) throws NvmlException {
        if (hearing.events().isEmpty() || !hearing.cards().equals(to)) {
            release();
            List<Nvml.Device> devices = List.copyOf(to.uuids().keySet());
            hearing = new Hearing(to, List.of(session.nvml().listen(devices)));
        }
        for (Nvml.Events events : hearing.events()) {
            events.await(WAIT).ifPresent(event -> note(to, event));
        }
    }

    private void note(Cards from, Nvml.Event event) {
        String uuid = from.uuids().get(event.device());
        if (uuid == null) {
            return;
        }
        synchronized (waiting) {
            List<Integer> ofCard = waiting.computeIfAbsent(uuid, card -> new ArrayList<>());
            if (ofCard.size() < MAX_WAITING) {
                ofCard.add((int) Math.min(event.xid(), Integer.MAX_VALUE));
            }
        }
    }

    private synchronized Cards cards() {
        return cards;
    }

    private synchronized void awaitOthers(Cards than, long millis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = millis;
        while (cards.equals(than) && !isStopped && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        }
    }
}
