package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Secrets that may stand in the configuration or in a file of their own. */
final class Secrets {
    /** What stands for a secret. */
    static final String MASK = "****";

    /** Also in the form {@code jdbc:mysql://(host=a,password=b)/schema}. */
    private static final Pattern OF_THE_USER = Pattern.compile("(?i)[?&(,]\\s*password[123]?\\s*=");

    private static final Pattern PARAMETER = Pattern.compile("(?i)(\\w*password\\w*\\s*=)[^&]*");
    private static final Pattern USER_INFO = Pattern.compile("(?s)([^/]*//[^:/]*):.*@(.*)");

    private Secrets() {}

    /**
     * The secret, wherever it stands.
     *
     * @throws ConfException if both keys are set or the file cannot be read
     */
    static Optional<String> resolve(ConfOptions options, Key<String> secret, Key<Path> fileKey) {
        Optional<String> given = options.find(secret);
        Optional<Path> file = options.find(fileKey);
        if (given.isPresent() && file.isPresent()) {
            throw new ConfException(secret + " and " + fileKey + " are both set; keep one");
        }
        return given.or(() -> file.map(path -> read(fileKey, path)));
    }

    /** Whether a parameter of a database's URL is the user's password. */
    static boolean isInUrl(String url) {
        return OF_THE_USER.matcher(url).find();
    }

    /** A URL, good or bad, as it may be printed: no password between {@code :} and {@code @}, none in a parameter. */
    static String maskedUrl(String url) {
        Matcher user = USER_INFO.matcher(url);
        String known = user.matches() ? user.group(1) + ":" + MASK + "@" + user.group(2) : url;
        return PARAMETER.matcher(known).replaceAll("$1" + MASK);
    }

    private static String read(Key<Path> key, Path file) {
        try {
            String text = Files.readString(file);
            return text.replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new ConfException("cannot read " + key + " " + file + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .replace(" Exception", "");
    }
}
