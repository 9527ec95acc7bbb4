package io.emberwatch.collector.model;

import java.util.Locale;

/** How bad it is to be beyond a limit; the later, the worse. */
public enum Severity {
    WARNING,
    CRITICAL;

    /** As it stands in tables, commands and mails: in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
