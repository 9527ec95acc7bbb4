package io.emberwatch.probe.status;

/** No probe has told its status. The message is one line that says what to do. */
public final class StatusUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    StatusUnavailable(String message) {
        super(message);
    }
}
