package io.emberwatch.collector.model;

import java.util.Locale;

/** Where a mail is on its way. */
public enum OutboxState {
    /** To be sent. */
    PENDING,
    /** The mail server took it. */
    SENT,
    /** The mail server never will. */
    REJECTED;

    /** As it stands in tables and commands: in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
