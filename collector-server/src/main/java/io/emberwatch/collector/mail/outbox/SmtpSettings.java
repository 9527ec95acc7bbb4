package io.emberwatch.collector.mail.outbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to talk to a mail server. Prints without the password.
 *
 * @param password of the user whom the destination names
 * @param ehloName by which this host greets; empty: its full name, or its network address if it has none
 * @param caFile certificates of the authorities that may vouch for the server (PEM); empty: those that Java knows
 * @param timeout how long the server may take for each step
 */
public record SmtpSettings(
        Optional<String> password, Optional<String> ehloName, Optional<Path> caFile, Duration timeout) {
    /** A server may look into a mail for a while before it takes it, and take its time for strangers. */
    public static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** All but the password as it is if nothing is configured. */
    public static SmtpSettings withPassword(Optional<String> password) {
        return new SmtpSettings(password, Optional.empty(), Optional.empty(), TIMEOUT);
    }

    @Override
    public String toString() {
        return "SmtpSettings[ehloName=" + ehloName + ", caFile=" + caFile + ", timeout=" + timeout + "]";
    }
}
