package io.emberwatch.probe.link;

import io.emberwatch.protocol.auth.Bytes32;
import java.net.Socket;

/**
 * A connection to a collector that is trusted as far as the transport can tell.
 *
 * @param channelBinding SHA-256 of the certificate that the collector showed; {@link Bytes32#ZERO} without TLS
 */
public record Connection(Socket socket, Bytes32 channelBinding) {}
