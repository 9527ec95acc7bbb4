package io.emberwatch.collector.store;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * The secret that a machine's probe shows to the collector: 32 random bytes as 43 characters of base64url. It exists once,
 * between making and printing it; only its {@link KeyHash} is stored. Prints without the secret.
 */
public final class MachineKey {
    private static final int RANDOM_BYTES = 32;

    private final String text;

    private MachineKey(String text) {
        this.text = text;
    }

    public static MachineKey random(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new MachineKey(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What to write into the probe's configuration. */
    public String text() {
        return text;
    }

    public KeyHash hash() {
        return KeyHash.ofKey(text);
    }

    @Override
    public String toString() {
        return "MachineKey[secret]";
    }
}
