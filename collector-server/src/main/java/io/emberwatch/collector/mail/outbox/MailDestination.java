package io.emberwatch.collector.mail.outbox;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where mails go, as a URL says it. */
public sealed interface MailDestination {
    /** What it is and where, for a person. */
    String place();

    /** What a destination may look like, for messages and help. */
    String EXPECTED = "expected smtp://[user@]host[:port], smtps://[user@]host[:port],"
            + " smtp+starttls://[user@]host[:port] or file:/folder";

    /** The @ of a user who is a mail address, as most are; the last one begins the host. */
    Pattern WITHIN_USER = Pattern.compile("(?<=^[A-Za-z+]{1,20}://[^/?#]{0,256})@(?=[^/?#]*@)");

    /** How the way to a mail server is protected. */
    enum Security {
        NONE(25),
        /** TLS from the first byte. */
        TLS(465),
        /** Begun in the clear and turned into TLS before anything is said; refused if the server cannot. */
        STARTTLS(587);

        private final int defaultPort;

        Security(int defaultPort) {
            this.defaultPort = defaultPort;
        }
    }

    /**
     * A mail server.
     *
     * @param user whom to log in as; the password is configured separately
     */
    record Smtp(Security security, String host, int port, Optional<String> user) implements MailDestination {
        @Override
        public String place() {
            return "mail server " + host + ":" + port;
        }
    }

    /** A folder that gets one {@code .eml} file a mail. */
    record Folder(Path path) implements MailDestination {
        @Override
        public String place() {
            return "folder " + path;
        }
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is none of the above, in words for who wrote it; the text, which may hold
     *     a password, is not repeated
     */
    static MailDestination parse(String url) {
        URI uri;
        try {
            uri = new URI(WITHIN_USER.matcher(url).replaceAll("%40"));
        } catch (URISyntaxException e) {
            // Without its cause, which repeats the text.
            throw new IllegalArgumentException("not a mail destination: " + e.getReason() + "; " + EXPECTED);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "smtp" -> smtp(uri, Security.NONE);
            case "smtps" -> smtp(uri, Security.TLS);
            case "smtp+starttls" -> smtp(uri, Security.STARTTLS);
            case "file" -> folder(uri);
            default -> throw new IllegalArgumentException("'" + scheme + "' is not a way to send mail; " + EXPECTED);
        };
    }

    private static Smtp smtp(URI uri, Security security) {
        Optional<String> user = Optional.ofNullable(uri.getUserInfo());
        if (user.filter(info -> info.contains(":")).isPresent()) {
            throw new IllegalArgumentException(
                    "the password must not stand in the mail destination: give it in a file or in the environment");
        }
        boolean hasMore = uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !(uri.getRawPath() == null
                        || uri.getRawPath().isEmpty()
                        || uri.getRawPath().equals("/"));
        if (uri.getHost() == null || hasMore || uri.getPort() == 0 || uri.getPort() > 65_535) {
            // Without the text: a host that is none leaves a password in it unrecognised.
            throw new IllegalArgumentException("not a mail server; " + EXPECTED);
        }
        return new Smtp(security, uri.getHost(), uri.getPort() < 0 ? security.defaultPort : uri.getPort(), user);
    }

    private static Folder folder(URI uri) {
        if (uri.getPath() == null || uri.getPath().isEmpty() || uri.getHost() != null) {
            throw new IllegalArgumentException(
                    "not an absolute folder: '" + uri + "'; expected for example file:/var/spool/emberwatch-mail");
        }
        return new Folder(Path.of(uri.getPath()));
    }
}
