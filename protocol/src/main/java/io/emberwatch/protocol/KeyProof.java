package io.emberwatch.protocol;

import java.util.Arrays;

/**
 * How a probe shows that it holds its machine's key. Prints without the secret.
 *
 * <p>Scheme {@link #PLAIN_KEY}: the bytes are the key itself, so it is only as safe as the connection it travels on.
 */
public final class KeyProof {
    /** The proof is the machine's key as UTF-8 text. */
    public static final int PLAIN_KEY = 1;

    private final int scheme;
    private final byte[] bytes;

    /**
     * @param scheme 1 to 255
     * @param bytes 0 to {@value WireLimits#MAX_KEY_PROOF_BYTES} bytes
     */
    public KeyProof(int scheme, byte[] bytes) {
        if (scheme < 1 || scheme > 255) {
            throw new IllegalArgumentException("proof scheme must be 1 to 255, but is " + scheme);
        }
        if (bytes.length > WireLimits.MAX_KEY_PROOF_BYTES) {
            throw new IllegalArgumentException("a key proof has at most " + WireLimits.MAX_KEY_PROOF_BYTES
                    + " bytes, but this has " + bytes.length);
        }
        this.scheme = scheme;
        this.bytes = bytes.clone();
    }

    public int scheme() {
        return scheme;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyProof that && scheme == that.scheme && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * scheme + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "KeyProof[scheme=" + scheme + ", secret]";
    }
}
