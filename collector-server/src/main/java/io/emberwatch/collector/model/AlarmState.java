package io.emberwatch.collector.model;

import java.util.Locale;

/** How far an alarm has come. */
public enum AlarmState {
    PENDING,
    FIRING,
    CLEARED;

    /** As it stands in tables and commands: in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
