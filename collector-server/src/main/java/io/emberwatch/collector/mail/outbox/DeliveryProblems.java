package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Tells the admin when mails do not leave: one that is refused for good, or none at all for a while. Thread-safe. */
public final class DeliveryProblems {
    /** Mail servers are restarted now and then. */
    static final Duration UNAVAILABLE_AFTER = Duration.ofMinutes(10);

    private final ServiceProblems problems;
    private final String place;
    private final Clock clock;
    private Optional<Instant> failingSince = Optional.empty();

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
    void sent() {
        synchronized (this) {
            failingSince = Optional.empty();
        }
        problems.solved(Kind.MAIL_UNAVAILABLE, place);
    }

    /** A mail was not taken, and will be tried again. */
    void failed(String words) {
        Instant now = clock.instant();
        Instant since;
        synchronized (this) {
            since = failingSince.orElse(now);
            failingSince = Optional.of(since);
        }
        if (!since.plus(UNAVAILABLE_AFTER).isAfter(now)) {
            problems.report(
                    Kind.MAIL_UNAVAILABLE,
                    place,
                    "no mail was taken since " + since + ": " + words
                            + "; they wait and are tried again: see whether the"
                            + " mail server runs, and whether mail.url and the password are right (mail test ADDRESS)");
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
}
