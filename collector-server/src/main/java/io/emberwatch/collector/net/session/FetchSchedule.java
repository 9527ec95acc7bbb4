package io.emberwatch.collector.net.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Decides which probe is asked for history next: in turn, a few at a time over all sessions, and none while ingest has
 * enough to do. A probe that does not answer makes room for others and is asked again later, ever more rarely; so does
 * one whose answer is not written for long.
 * Thread-safe; never blocks its caller.
 *
 * @param <S> what stands for a session
 */
final class FetchSchedule<S> {
    /** Two, so that one is on its way while the other is written. */
    static final int MAX_EACH = 2;
    /** How long a probe has for its answer, and then at first has to wait. */
    static final Duration FETCH_TIMEOUT = Duration.ofSeconds(10);

    private static final int MAX_DOUBLINGS = 5;

    private final int maxOutstanding;
    private final BooleanSupplier hasRoom;
    private final LongSupplier nanoTime;
    private final Asker<S> asker;
    /** In the order in which they are to be asked. */
    private final Map<S, Turn> turns = new LinkedHashMap<>();

    private int outstanding;

    /** Asks a session for history; must not block. */
    @FunctionalInterface
    interface Asker<S> {
        void ask(S session);
    }

    /**
     * For all sessions of a collector.
     *
     * @param maxOutstanding how many answers may be awaited or being written at a time
     * @param hasRoom whether ingest can take more than the live readings
     */
    FetchSchedule(int maxOutstanding, BooleanSupplier hasRoom, LongSupplier nanoTime, Asker<S> asker) {
        this.maxOutstanding = maxOutstanding;
        this.hasRoom = hasRoom;
        this.nanoTime = nanoTime;
        this.asker = asker;
    }

    private static final class Turn {
        /** When each was asked for that is not answered; the oldest first. */
        final List<Long> askedAtNanos = new ArrayList<>();

        /** When each answer came that is not written; the oldest first. */
        final List<Long> answeredAtNanos = new ArrayList<>();
        /** Answers that are not written after so long that others have their places. */
        int late;

        int timeouts;
        long notBeforeNanos;

        int outstanding() {
            return askedAtNanos.size() + answeredAtNanos.size();
        }
    }

    /** This session has history that is to be fetched; said again, it changes nothing. */
    synchronized void add(S session) {
        turns.computeIfAbsent(session, s -> {
            Turn turn = new Turn();
            turn.notBeforeNanos = nanoTime.getAsLong();
            return turn;
        });
        askNext();
    }

    /** This session has ended, or nothing of its history is left to be fetched. */
    synchronized void remove(S session) {
        Turn turn = turns.remove(session);
        if (turn != null) {
            outstanding -= turn.outstanding();
            askNext();
        }
    }

    /** One answer has come; it still has to be written. */
    synchronized void answered(S session) {
        Turn turn = turns.get(session);
        // A late answer has no place any more: it was given to another.
        if (turn != null && !turn.askedAtNanos.isEmpty()) {
            turn.askedAtNanos.remove(0);
            turn.answeredAtNanos.add(nanoTime.getAsLong());
            turn.timeouts = 0;
        }
    }

    /** One answer is written. */
    synchronized void written(S session) {
        Turn turn = turns.get(session);
        if (turn != null && turn.late > 0) {
            turn.late--;
        } else if (turn != null && !turn.answeredAtNanos.isEmpty()) {
            turn.answeredAtNanos.remove(0);
            outstanding--;
        }
        askNext();
    }

    /**
     * Time has passed: somebody may not have answered, or there may be room again. To be called a few times a second.
     */
    synchronized void tick() {
        long now = nanoTime.getAsLong();
        for (Turn turn : turns.values()) {
            while (!turn.askedAtNanos.isEmpty() && now - turn.askedAtNanos.get(0) >= FETCH_TIMEOUT.toNanos()) {
                turn.askedAtNanos.remove(0);
                outstanding--;
                turn.notBeforeNanos = now + (FETCH_TIMEOUT.toNanos() << Math.min(turn.timeouts, MAX_DOUBLINGS));
                turn.timeouts++;
            }
            while (!turn.answeredAtNanos.isEmpty() && now - turn.answeredAtNanos.get(0) >= FETCH_TIMEOUT.toNanos()) {
                turn.answeredAtNanos.remove(0);
                turn.late++;
                outstanding--;
            }
        }
        askNext();
    }

    private void askNext() {
        long now = nanoTime.getAsLong();
        while (outstanding < maxOutstanding && hasRoom.getAsBoolean()) {
            Iterator<Map.Entry<S, Turn>> waiting = turns.entrySet().stream()
                    .filter(entry -> entry.getValue().outstanding() + entry.getValue().late < MAX_EACH
                            && now - entry.getValue().notBeforeNanos >= 0)
                    .iterator();
            if (!waiting.hasNext()) {
                return;
            }
            Map.Entry<S, Turn> next = waiting.next();
            S session = next.getKey();
            Turn turn = next.getValue();
            // To the end of the row.
            turns.remove(session);
            turns.put(session, turn);
            turn.askedAtNanos.add(now);
            outstanding++;
            asker.ask(session);
        }
    }
}
