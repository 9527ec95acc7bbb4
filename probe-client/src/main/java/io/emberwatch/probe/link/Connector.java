package io.emberwatch.probe.link;

import java.io.IOException;

/** Opens connections to the collector. */
@FunctionalInterface
public interface Connector {
    /** A new connection, ready for HELLO. */
    Connection connect() throws IOException;
}
