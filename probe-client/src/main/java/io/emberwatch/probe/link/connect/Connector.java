package io.emberwatch.probe.link.connect;

import java.io.IOException;

/** Opens connections to the collector. */
@FunctionalInterface
public interface Connector {
    /**
     * A new connection, ready for HELLO.
     *
     * @throws UntrustedException if the peer is not the collector
     * @throws IOException if there is no connection for any other reason, in one line
     */
    Connection connect() throws IOException;

    /** The last connection was the right one: the collector there has let this probe in. */
    default void welcomed() {}

    /**
     * The peer could not show that it is the collector; nothing of ours was sent to it. The message is one line that
     * says what was expected, what was seen and what to do.
     */
    final class UntrustedException extends IOException {
        private static final long serialVersionUID = 1L;

        UntrustedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
