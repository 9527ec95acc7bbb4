package io.emberwatch.protocol.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a proof is bound to: who speaks, both sides' nonces, and the certificate that the connection is secured with. A
 * proof fits no other handshake, and none with an impostor in between.
 *
 * <pre>
 * "emberwatch proof 1" │ length of name (u8) │ name │ probe nonce (32) │ collector nonce (32)
 *                      │ boot id (16) │ instance id (16) │ channel binding (32)
 * </pre>
 *
 * @param machineName ASCII, at most 255 characters
 * @param channelBinding SHA-256 of the collector's certificate (DER); {@link Bytes32#ZERO} without TLS
 */
public record Transcript(
        String machineName,
        Bytes32 probeNonce,
        Bytes32 collectorNonce,
        UUID bootId,
        UUID instanceId,
        Bytes32 channelBinding) {
    private static final byte[] LABEL = "emberwatch proof 1".getBytes(StandardCharsets.US_ASCII);

    byte[] toBytes() {
        byte[] name = machineName.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(LABEL.length + 1 + name.length + 3 * Bytes32.LENGTH + 4 * Long.BYTES);
        out.put(LABEL).put((byte) name.length).put(name);
        out.put(probeNonce.toArray()).put(collectorNonce.toArray());
        put(out, bootId);
        put(out, instanceId);
        return out.put(channelBinding.toArray()).array();
    }

    private static void put(ByteBuffer out, UUID uuid) {
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }
}
