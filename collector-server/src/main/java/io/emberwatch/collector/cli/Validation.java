package io.emberwatch.collector.cli;

import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.conf.Durations;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.Optional;

/** Checks what people type before it is stored. Every refusal is a usage error that says what is allowed. */
final class Validation {
    private static final int NAME = 100;
    private static final int TEXT = 255;
    private static final int NOTES = 10_000;
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
    private static final Duration SHORTEST_TOKEN = Duration.ofMinutes(1);
    private static final Duration LONGEST_TOKEN = Duration.ofDays(30);
    private static final int MOST_USES = 10_000;

    private Validation() {}

    static String machineName(String name) {
        return require(
                Texts.isMachineName(name),
                name,
                "a machine's name is 1 to 64 letters a to z, digits, '.', '-' and '_', beginning with a letter or digit");
    }

    static String ownerName(String name) {
        return require(
                isLine(name, NAME) && !name.isBlank() && name.strip().equals(name),
                name,
                "an owner's name is 1 to " + NAME + " characters, no control characters, no space around it");
    }

    static String mail(String address) {
        String allowed = "a mail address looks like name@example.org, in ASCII (a domain in another script as xn--…)";
        try {
            InternetAddress parsed = MailMessages.parseAddress(address);
            parsed.validate();
            // Without a name beside it: the owner's name is known.
            return require(parsed.getAddress().equals(address) && address.length() <= 254, address, allowed);
        } catch (AddressException e) {
            return require(false, address, allowed);
        }
    }

    static Optional<String> phone(String number) {
        return optional(
                number, number.matches("[+0-9][0-9 ()/.x-]{1,39}"), "a telephone number looks like +49 30 1234");
    }

    static Optional<String> ip(String address) {
        return optional(
                address, address.matches("[0-9A-Fa-f.:]{2,45}"), "an IP address looks like 10.0.0.7 or fd00::7");
    }

    /** A line of free text, such as a model or a location; empty text is none. */
    static Optional<String> line(String text) {
        return optional(
                text, isLine(text, TEXT), "at most " + TEXT + " characters, no line breaks or control characters");
    }

    static Optional<String> notes(String text) {
        return optional(text, text.length() <= NOTES, "at most " + NOTES + " characters");
    }

    /** How often to take a reading; empty text leaves it to the probe. */
    static Optional<Duration> samplingInterval(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Duration interval = duration(text);
        boolean allowed = interval.compareTo(SHORTEST_INTERVAL) >= 0
                && interval.compareTo(LONGEST_INTERVAL) <= 0
                && interval.toMillisPart() == 0;
        require(allowed, text, "a sampling interval is 1s to 1h, in whole seconds");
        return Optional.of(interval);
    }

    /** How long a token is valid. */
    static Duration tokenLifetime(String text) {
        Duration lifetime = duration(text);
        require(
                lifetime.compareTo(SHORTEST_TOKEN) >= 0 && lifetime.compareTo(LONGEST_TOKEN) <= 0,
                text,
                "a token is valid for 1m to 30d");
        return lifetime;
    }

    /** How many hosts may enroll with a token. */
    static int tokenUses(String text) {
        boolean allowed = text.matches("[1-9]\\d{0,5}") && Integer.parseInt(text) <= MOST_USES;
        return Integer.parseInt(require(allowed, text, "a token is for 1 to " + MOST_USES + " hosts"));
    }

    static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage("'" + text + "' is not a duration: it " + e.getMessage());
        }
    }

    private static Optional<String> optional(String text, boolean allowed, String what) {
        return text.isEmpty() ? Optional.empty() : Optional.of(require(allowed, text, what));
    }

    private static boolean isLine(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                // U+FFFD: a terminal in another encoding than Java took it for.
                && text.codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0xFFFD);
    }

    private static String require(boolean allowed, String text, String what) {
        if (!allowed) {
            throw CommandFailed.usage("'" + Texts.printable(text) + "' will not do: " + what);
        }
        return text;
    }
}
