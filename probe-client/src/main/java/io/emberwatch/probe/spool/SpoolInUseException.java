package io.emberwatch.probe.spool;

import java.io.IOException;

/** Another process uses the directory. */
public final class SpoolInUseException extends IOException {
    private static final long serialVersionUID = 1;

    public SpoolInUseException(String message) {
        super(message);
    }
}
