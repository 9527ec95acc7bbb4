package io.emberwatch.collector.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256 of a machine's key. Keys are random, so no salt and no slow hash are needed. Compared in constant time.
 * Immutable.
 */
public final class KeyHash {
    private static final int BYTES = 32;

    private final byte[] bytes;

    private KeyHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The hash of a key as the probe proves it: the key's text in UTF-8. */
    public static KeyHash ofKey(byte[] keyText) {
        try {
            return new KeyHash(MessageDigest.getInstance("SHA-256").digest(keyText));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static KeyHash ofKey(String keyText) {
        return ofKey(keyText.getBytes(StandardCharsets.UTF_8));
    }

    /** A hash as it is stored. */
    static KeyHash fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key hash has " + BYTES + " bytes, but this has " + bytes.length);
        }
        return new KeyHash(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyHash that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "KeyHash[not shown]";
    }
}
