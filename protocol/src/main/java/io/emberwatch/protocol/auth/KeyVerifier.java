package io.emberwatch.protocol.auth;

/**
 * What a collector stores of a {@link MachineKey}: enough to check a proof and to prove itself, not enough to make a probe's
 * proof. Prints nothing of either.
 *
 * @param storedKey SHA-256 of the key that probes prove with
 * @param collectorKey with which the collector proves that it knows this machine
 */
public record KeyVerifier(Bytes32 storedKey, Bytes32 collectorKey) {
    /** Whether the proof was made with the key, for this handshake; takes the same time either way. */
    public boolean accepts(Transcript transcript, Bytes32 proof) {
        Bytes32 probeKey = proof.xor(storedKey.hmac(transcript.toBytes()));
        return Bytes32.sha256(probeKey.toArray()).equals(storedKey);
    }

    /** Shows the probe that this side has the verifier of its key. */
    public Bytes32 collectorProof(Transcript transcript) {
        return collectorKey.hmac(transcript.toBytes());
    }
}
