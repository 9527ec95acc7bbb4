package io.emberwatch.probe.link;

import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before connecting again. A refusal that time will heal adds a growing random part to what the
 * collector asks for; one that a person must heal adds up to half of it. Not thread-safe.
 */
final class ReconnectPolicy {
    /**
     * A session that lasted this long shows that things work: however it ended, the next wait is drawn from the
     * shortest again.
     */
    static final Duration HEALTHY = Duration.ofSeconds(60);
    /** Of the random waits. */
    static final Duration SHORTEST = Duration.ofMillis(500);
    /** Of the random waits: well below the time after which a collector misses a machine. */
    static final Duration LONGEST = Duration.ofSeconds(30);
    /** No collector can silence a probe for longer. */
    static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

    private static final Refused WITHOUT_END =
            Refused.because(RefusalCode.UNEXPECTED_MESSAGE, "claims readings of any numbering");

    private final Backoff backoff;
    private final RandomGenerator random;
    private boolean renumbered;

    ReconnectPolicy(RandomGenerator random) {
        this.backoff = new Backoff(random);
        this.random = random;
    }

    /** Zero only after {@link SessionEnd.GoneBack}, and not again before a session was welcomed. */
    Duration waitAfter(SessionEnd end) {
        if (end.lasted().compareTo(HEALTHY) >= 0 || isRestart(end)) {
            backoff.reset();
        }
        if (end instanceof SessionEnd.Untrusted untrusted) {
            return waitAfter(Refused.because(RefusalCode.NOT_AUTHENTICATED, untrusted.reason()));
        }
        if (end instanceof SessionEnd.GoneBack) {
            Duration wait = renumbered ? waitAfter(WITHOUT_END) : Duration.ZERO;
            renumbered = true;
            return wait;
        }
        renumbered &= end.lasted().isZero();
        return end instanceof SessionEnd.Rejected rejected ? waitAfter(rejected.refusal()) : backoff.next();
    }

    /** It is back within seconds, and misses the machines that are not. */
    private static boolean isRestart(SessionEnd end) {
        return end instanceof SessionEnd.CollectorLeft left && left.bye().reason() == Bye.Reason.COLLECTOR_STOPPING;
    }

    private Duration waitAfter(Refused refusal) {
        Duration asked =
                refusal.retryAfter().compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : refusal.retryAfter();
        if (refusal.code() == RefusalCode.BUSY || refusal.code() == RefusalCode.TIMEOUT) {
            return asked.plus(backoff.next());
        }
        Duration floor = asked.compareTo(SHORTEST) < 0 ? refusal.code().retryAfter() : asked;
        return floor.plusMillis(random.nextLong(floor.toMillis() / 2 + 1));
    }

    /**
     * Growing random waits, so that a fleet whose collector restarts does not come back all at once: each is drawn
     * evenly from {@link #SHORTEST} up to a limit that starts at twice that and doubles each time, up to {@link
     * #LONGEST}. Not thread-safe.
     */
    private static final class Backoff {
        private final RandomGenerator random;
        private long limitMillis;

        Backoff(RandomGenerator random) {
            this.random = random;
            reset();
        }

        void reset() {
            limitMillis = 2 * SHORTEST.toMillis();
        }

        Duration next() {
            long wait = random.nextLong(SHORTEST.toMillis(), limitMillis + 1);
            limitMillis = Math.min(LONGEST.toMillis(), 2 * limitMillis);
            return Duration.ofMillis(wait);
        }
    }
}
