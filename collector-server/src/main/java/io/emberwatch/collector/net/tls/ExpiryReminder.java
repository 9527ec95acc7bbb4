package io.emberwatch.collector.net.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reminds once a day of a certificate that ends soon, has ended, or has not begun. Not thread-safe. */
final class ExpiryReminder {
    private static final Duration BEFOREHAND = Duration.ofDays(14);
    private static final Duration INTERVAL = Duration.ofDays(1);

    private Instant remindedAt = Instant.MIN;

    /** What to say now, if anything. */
    Optional<String> remind(X509Certificate certificate, Instant now) {
        Optional<String> reminder = about(certificate, now);
        if (reminder.isEmpty() || remindedAt.isAfter(now.minus(INTERVAL))) {
            return Optional.empty();
        }
        remindedAt = now;
        return reminder;
    }

    /** Whether there is nothing to remind of. */
    static boolean isValidForLong(X509Certificate certificate, Instant now) {
        return about(certificate, now).isEmpty();
    }

    private static Optional<String> about(X509Certificate certificate, Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (begin.isAfter(now)) {
            return Optional.of("the collector's certificate is valid only from " + begin
                    + " on: is this machine's clock right? Probes may refuse it");
        }
        if (end.isBefore(now)) {
            return Optional.of(
                    "the collector's certificate was valid until " + end + " only: renew it, probes refuse it");
        }
        return end.isBefore(now.plus(BEFOREHAND))
                ? Optional.of("the collector's certificate is valid until " + end + " only: renew it, then it is taken"
                        + " up without a restart")
                : Optional.empty();
    }
}
