package io.emberwatch.collector.mail.outbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whose mails the workers of one collector send next: each recipient in turn, and one worker at a time for each, so that
 * neither many mails nor a slow server of one recipient keep the workers from the others. One whose mails fail has a
 * rest. Thread-safe.
 */
final class RecipientTurns {
    /** Of what passes by itself, so that a mailbox that works again gets its mails soon. */
    static final Duration LONGEST_REST = Duration.ofMinutes(1);
    /** Of a recipient whose mails are due and could not be taken: another collector has them, or an admin's transaction. */
    static final Duration REST_WITHOUT_MAILS = Duration.ofSeconds(1);

    private static final int MAX_RESTS = 10_000;

    /** How a turn ended. */
    enum Outcome {
        /** What was tried was sent, or refused for good. */
        DONE,
        /** There was nothing to take after all. */
        NO_MAILS,
        /** A mail failed in a way that may pass, and so may the next ones. */
        FAILED,
        /** The mail server refuses mails to this recipient until somebody does something about it. */
        REFUSED,
        /** The mail server takes nothing from anybody. */
        UNAVAILABLE
    }

    private record Rest(int failures, long untilNanos) {}

    private final RetrySchedule schedule;
    private final LongSupplier nanoTime;
    private final Map<String, Rest> rests = new LinkedHashMap<>();
    /** Who has a worker, and since when. */
    private final Map<String, Long> begunNanos = new HashMap<>();

    private Optional<String> last = Optional.empty();

    RecipientTurns(RetrySchedule schedule, LongSupplier nanoTime) {
        this.schedule = schedule;
        this.nanoTime = nanoTime;
    }

    /** Who had the last turn that began; empty at first. */
    synchronized Optional<String> last() {
        return last;
    }

    /** Whether a turn may begin: nobody sends this recipient's mails now, and it has no rest. */
    synchronized boolean isFree(String recipient) {
        Rest rest = rests.get(recipient);
        return !begunNanos.containsKey(recipient) && (rest == null || rest.untilNanos() - nanoTime.getAsLong() <= 0);
    }

    /** Begins a turn, which {@link #end} must follow; false if it may not begin. */
    synchronized boolean begin(String recipient) {
        if (!isFree(recipient)) {
            return false;
        }
        begunNanos.put(recipient, nanoTime.getAsLong());
        last = Optional.of(recipient);
        return true;
    }

    /** Ends a turn. */
    synchronized void end(String recipient, Outcome outcome) {
        long now = nanoTime.getAsLong();
        Duration took = Duration.ofNanos(now - begunNanos.remove(recipient));
        Rest before = rests.remove(recipient);
        int failures = before == null ? 0 : before.failures();
        switch (outcome) {
            case DONE -> {}
            case NO_MAILS -> rest(recipient, failures, REST_WITHOUT_MAILS, now);
            // A server that lets a worker wait is not to have one all the time.
            case UNAVAILABLE -> rest(recipient, failures, took, now);
            case FAILED -> rest(recipient, failures + 1, longer(took, afterFailure(failures + 1)), now);
            case REFUSED -> rest(recipient, failures + 1, longer(took, schedule.afterFailure(failures + 1)), now);
        }
    }

    private void rest(String recipient, int failures, Duration rest, long now) {
        if (rests.size() >= MAX_RESTS) {
            rests.remove(rests.keySet().iterator().next());
        }
        rests.put(recipient, new Rest(failures, now + rest.toNanos()));
    }

    private Duration afterFailure(int failures) {
        Duration wait = schedule.afterFailure(failures);
        return wait.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : wait;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
