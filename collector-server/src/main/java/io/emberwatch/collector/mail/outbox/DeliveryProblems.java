package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the admin when mails do not leave: at once what somebody has to put right, and later what passes by itself,
 * mostly. Thread-safe.
 */
public final class DeliveryProblems {
    /** Mail servers are restarted now and then. */
    static final Duration UNAVAILABLE_AFTER = Duration.ofMinutes(10);
    /** Greylisting takes up to half an hour. */
    static final Duration DEFERRED_AFTER = Duration.ofHours(1);

    private static final int MAX_RECIPIENTS = 1_000;

    private final ServiceProblems problems;
    private final String place;
    private final Clock clock;
    private Optional<Instant> failingSince = Optional.empty();
    private final Map<String, Instant> deferredSince = new LinkedHashMap<>();

    /**
     * Of one destination.
     *
     * @param place what it is and where, for a person
     */
    public DeliveryProblems(ServiceProblems problems, String place, Clock clock) {
        this.problems = problems;
        this.place = place;
        this.clock = clock;
    }

    /** A mail was taken. */
    void sent(String recipient) {
        works();
        synchronized (this) {
            deferredSince.remove(recipient);
        }
        problems.solved(Kind.MAIL_DEFERRED, recipient);
    }

    /** A mail was not taken, and will be tried again. */
    void failed(String recipient, DeliveryException failure) {
        String words = failure.getMessage();
        switch (failure.kind()) {
            case LOGIN_REFUSED ->
                problems.report(
                        Kind.MAIL_LOGIN_REFUSED,
                        place,
                        "nobody is mailed, since " + failingSince() + ": " + words + "; the mails wait");
            case UNAVAILABLE -> {
                Instant since = failingSince();
                if (!failure.isPassing() || isOver(since, UNAVAILABLE_AFTER)) {
                    problems.report(
                            Kind.MAIL_UNAVAILABLE,
                            place,
                            "no mail was taken since " + since + ": " + words
                                    + "; they wait and are tried again (try it: mail test ADDRESS)");
                }
            }
            case DEFERRED -> {
                works();
                Instant since = deferredSince(recipient);
                if (!failure.isPassing() || isOver(since, DEFERRED_AFTER)) {
                    problems.report(
                            Kind.MAIL_DEFERRED,
                            recipient,
                            "no mail was taken since " + since + ": " + words + "; they wait and are tried again");
                }
            }
            case REJECTED -> throw new IllegalArgumentException("a mail that is given up", failure);
        }
    }

    /** A mail was given up. */
    void rejected(String recipient, String subject, String words) {
        problems.report(
                Kind.MAIL_REJECTED,
                recipient,
                "given up: \"" + subject + "\": " + words + "; correct the owner's address (owner edit), or"
                        + " have the mail server take such mails");
    }

    /** The mail server takes mails, of others at least. */
    private void works() {
        synchronized (this) {
            failingSince = Optional.empty();
        }
        problems.solved(Kind.MAIL_UNAVAILABLE, place);
        problems.solved(Kind.MAIL_LOGIN_REFUSED, place);
    }

    private synchronized Instant failingSince() {
        failingSince = Optional.of(failingSince.orElseGet(this::now));
        return failingSince.get();
    }

    private synchronized Instant deferredSince(String recipient) {
        if (deferredSince.size() >= MAX_RECIPIENTS && !deferredSince.containsKey(recipient)) {
            deferredSince.remove(deferredSince.keySet().iterator().next());
        }
        return deferredSince.computeIfAbsent(recipient, unused -> now());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private boolean isOver(Instant since, Duration time) {
        return !since.plus(time).isAfter(clock.instant());
    }
}
