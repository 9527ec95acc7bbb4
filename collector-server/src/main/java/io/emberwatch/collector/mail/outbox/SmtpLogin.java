package io.emberwatch.collector.mail.outbox;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** How to log in at a mail server. Prints without the password. */
record SmtpLogin(Optional<String> user, Optional<String> password) {
    private static final String MASK = "****";

    /** What a server says, without the password: some repeat the command that they do not understand. */
    String masked(String words) {
        if (password.isEmpty() || password.get().isEmpty()) {
            return words;
        }
        String secret = password.get();
        String masked = words;
        // Longest first: AUTH PLAIN, AUTH LOGIN, and in the clear.
        for (String form : List.of(base64("\0" + user.orElse("") + "\0" + secret), base64(secret), secret)) {
            masked = masked.replace(form, MASK);
        }
        return masked;
    }

    @Override
    public String toString() {
        return "SmtpLogin[user=" + user.orElse("") + "]";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
