package io.emberwatch.collector.net.tls;

import java.io.IOException;

/** The certificate, its key or the CAs of clients cannot be used; the message is one line that names the file. */
public final class TlsException extends IOException {
    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
