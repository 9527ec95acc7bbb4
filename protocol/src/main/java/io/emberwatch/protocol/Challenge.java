package io.emberwatch.protocol;

import io.emberwatch.protocol.auth.Bytes32;
import java.util.Objects;

/**
 * The collector's answer to any HELLO, whoever it claims to be from.
 *
 * @param nonce random, never used before
 */
public record Challenge(Bytes32 nonce) implements Message {
    public Challenge {
        Objects.requireNonNull(nonce);
    }
}
