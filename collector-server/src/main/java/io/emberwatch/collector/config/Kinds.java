package io.emberwatch.collector.config;

import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.store.MessageIds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Kinds of values that are no plain numbers. */
final class Kinds {
    private Kinds() {}

    static final class Address extends Checked<HostPort> {
        @Override
        String allowed() {
            return "host:port or [IPv6 address]:port";
        }

        @Override
        HostPort read(String text) {
            return HostPort.parse(text);
        }
    }

    static final class Cidrs extends Checked<AddressRanges> {
        @Override
        String allowed() {
            return "addresses or ranges in CIDR form separated by commas, no bit set behind a prefix, for example"
                    + " 10.0.0.5, 10.1.0.0/16, fd00:1::/64";
        }

        @Override
        AddressRanges read(String text) {
            return AddressRanges.parse(text);
        }
    }

    static final class DatabaseUrl extends Checked<String> {
        @Override
        String allowed() {
            return "embedded or jdbc:mysql://host:port/schema, with neither user nor password in it";
        }

        @Override
        String read(String text) {
            return text;
        }

        /** Drivers and pools repeat a URL in what they say, so no secret may stand in it. */
        @Override
        boolean accepts(String value) {
            return value.equals(DatabaseOptions.EMBEDDED)
                    || (value.matches("jdbc:mysql://[^/@\\s]+/[^/@?\\s]+(\\?[^@\\s]*)?") && !Secrets.isInUrl(value));
        }
    }

    static final class MailUrl extends Checked<String> {
        @Override
        String allowed() {
            return "smtp://, smtps:// or smtp+starttls:// with [user@]host[:port] and no password, or file:/folder";
        }

        @Override
        String read(String text) {
            MailDestination.parse(text);
            return text;
        }
    }

    static final class MailAddress extends Checked<String> {
        @Override
        String allowed() {
            return "a mail address, for example emberwatch@example.org";
        }

        @Override
        String read(String text) {
            // The domain becomes part of every Message-ID.
            new MessageIds(MailMessages.from(text).domain());
            return text;
        }
    }

    static final class AbsolutePath extends Checked<Path> {
        @Override
        String allowed() {
            return "a path that begins with /";
        }

        @Override
        Path read(String text) {
            return Path.of(text);
        }

        @Override
        boolean accepts(Path value) {
            return value.isAbsolute();
        }
    }

    static final class OnOff extends Checked<TlsOptions.Mode> {
        @Override
        String allowed() {
            return "auto, on or off";
        }

        @Override
        TlsOptions.Mode read(String text) {
            return Arrays.stream(TlsOptions.Mode.values())
                    .filter(mode -> mode.toString().equals(text))
                    .findFirst()
                    .orElseThrow();
        }
    }

    static final class LogLevel extends Checked<String> {
        private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

        @Override
        String allowed() {
            return "one of " + String.join(", ", LEVELS);
        }

        @Override
        String read(String text) {
            return text.toLowerCase(Locale.ROOT);
        }

        @Override
        boolean accepts(String value) {
            return LEVELS.contains(value);
        }
    }
}
