package io.emberwatch.collector.mail.outbox;

/** Set once, seen by all threads. */
final class StopFlag {
    private volatile boolean isSet;

    void set() {
        isSet = true;
    }

    boolean isSet() {
        return isSet;
    }
}
