package io.emberwatch.protocol.auth;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * 32 bytes without a meaning as a number: a nonce, a hash, a proof. Compared in constant time and never printed,
 * because some of them are secrets. Immutable.
 */
public final class Bytes32 {
    public static final int LENGTH = 32;

    public static final Bytes32 ZERO = new Bytes32(new byte[LENGTH]);

    private final byte[] bytes;

    private Bytes32(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * These bytes.
     *
     * @throws IllegalArgumentException if there are not 32 of them
     */
    public static Bytes32 of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("must be " + LENGTH + " bytes, but is " + bytes.length);
        }
        return new Bytes32(bytes.clone());
    }

    public static Bytes32 random(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return new Bytes32(bytes);
    }

    /** SHA-256 of these bytes. */
    public static Bytes32 sha256(byte[] bytes) {
        return new Bytes32(Hashes.sha256(bytes));
    }

    public byte[] toArray() {
        return bytes.clone();
    }

    /** HMAC-SHA-256 with these bytes as the key. */
    Bytes32 hmac(byte[] message) {
        return new Bytes32(Hashes.hmac(bytes, message));
    }

    Bytes32 xor(Bytes32 other) {
        byte[] result = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            result[i] = (byte) (bytes[i] ^ other.bytes[i]);
        }
        return new Bytes32(result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes32 that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Bytes32[not shown]";
    }
}
