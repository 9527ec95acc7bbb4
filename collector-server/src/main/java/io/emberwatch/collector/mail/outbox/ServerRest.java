package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When a mail server is tried again that takes nothing: ever more rarely, by one attempt at a time, whoever sends and
 * however much waits; and what nobody knows yet is tried by one alone, too. Begins anew with the process, and so after
 * every change of the configuration. Thread-safe.
 */
final class ServerRest {
    /** So that a server that was restarted gets its mails soon. */
    static final Duration LONGEST_WHERE_IT_PASSES = Duration.ofMinutes(1);
    /** Many servers lock an account, or shut a host out, after some wrong passwords in some minutes. */
    static final Duration FIRST_AFTER_LOGIN = Duration.ofSeconds(20);

    static final Duration LONGEST_AFTER_LOGIN = Duration.ofMinutes(5);
    private static final int DOUBLINGS = 4;

    private final RetrySchedule schedule;
    private final LongSupplier nanoTime;
    private boolean isProven;
    private int underWay;
    private int failures;
    private long untilNanos;
    private Optional<DeliveryException> last = Optional.empty();

    ServerRest(RetrySchedule schedule, LongSupplier nanoTime) {
        this.schedule = schedule;
        this.nanoTime = nanoTime;
        this.untilNanos = nanoTime.getAsLong();
    }

    /** Whether an attempt may begin. */
    synchronized boolean isOver() {
        return isProven || (underWay == 0 && untilNanos - nanoTime.getAsLong() <= 0);
    }

    /**
     * Begins an attempt, which {@link #end} must follow.
     *
     * @throws DeliveryException if none may begin now: what the last one met
     */
    synchronized void begin() throws DeliveryException {
        if (!isOver()) {
            throw last.orElseGet(() -> new DeliveryException(
                    Kind.UNAVAILABLE, "another mail is trying whether the mail server takes any", true, null));
        }
        underWay++;
    }

    /** Ends an attempt. */
    synchronized void end(Optional<DeliveryException> failure) {
        underWay--;
        last = failure.filter(e -> e.kind().holdsForAll());
        isProven = last.isEmpty();
        if (isProven) {
            failures = 0;
        } else {
            failures++;
            untilNanos = nanoTime.getAsLong() + rest(last.get()).toNanos();
        }
    }

    private Duration rest(DeliveryException failure) {
        if (failure.kind() == Kind.LOGIN_REFUSED) {
            Duration wait = FIRST_AFTER_LOGIN.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
            return shorter(wait, LONGEST_AFTER_LOGIN);
        }
        Duration wait = schedule.afterFailure(failures);
        return failure.isPassing() ? shorter(wait, LONGEST_WHERE_IT_PASSES) : wait;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
