package io.emberwatch.protocol;

import io.emberwatch.protocol.auth.Bytes32;
import java.util.Objects;

/**
 * The probe's answer to CHALLENGE.
 *
 * @param proof that it holds the key of the machine that HELLO names, see {@link
 *     io.emberwatch.protocol.auth.MachineKey#proof}
 */
public record Proof(Bytes32 proof) implements Message {
    public Proof {
        Objects.requireNonNull(proof);
    }
}
