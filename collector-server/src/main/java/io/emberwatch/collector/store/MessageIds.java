package io.emberwatch.collector.store;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes the {@code Message-ID} of a mail when it is put into the outbox, so that it is the same in every attempt.
 * Thread-safe.
 *
 * @param domain right-hand side of the identities, best that of the sender's address; letters, digits, dots and
 *     hyphens, 60 at most
 */
public record MessageIds(String domain) {
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,58}[A-Za-z0-9])?");

    public MessageIds {
        if (!DOMAIN.matcher(domain).matches()) {
            throw new IllegalArgumentException(
                    "expected a domain of up to 60 letters, digits, '.' and '-', but got: " + domain);
        }
    }

    String next() {
        return "<" + UUID.randomUUID() + "@" + domain + ">";
    }
}
