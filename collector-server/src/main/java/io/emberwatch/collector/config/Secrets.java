package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.ConfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Secrets that may stand in the configuration or in a file of their own. */
final class Secrets {
    private Secrets() {}

    /**
     * The secret, wherever it stands.
     *
     * @param key key of the secret itself; the one of its file ends with {@code -file}
     * @throws ConfException if both are given or the file cannot be read
     */
    static Optional<String> resolve(String key, String given, Path file) {
        if (given != null && file != null) {
            throw new ConfException(key + " and " + key + "-file are both set; keep one");
        }
        return file == null ? Optional.ofNullable(given) : Optional.of(read(key, file));
    }

    /** A key whose value is not to be printed. */
    static boolean isSecret(String key) {
        return key.endsWith("password");
    }

    private static String read(String key, Path file) {
        try {
            String text = Files.readString(file);
            return text.replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new ConfException("cannot read " + key + "-file " + file + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .replace(" Exception", "");
    }
}
