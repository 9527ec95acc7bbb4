package io.emberwatch.probe.link.connect;

import java.io.IOException;

/**
 * The peer could not show that it is the collector; nothing of ours was sent to it. The message is one line that says what
 * was expected, what was seen and what to do.
 */
public final class UntrustedException extends IOException {
    private static final long serialVersionUID = 1L;

    UntrustedException(String message, Throwable cause) {
        super(message, cause);
    }
}
