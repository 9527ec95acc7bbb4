package io.emberwatch.probe.link;

import java.io.IOException;
import java.net.Socket;

/** Opens connections to the collector. */
@FunctionalInterface
public interface Connector {
    /** A new connection, ready for HELLO. */
    Socket connect() throws IOException;
}
