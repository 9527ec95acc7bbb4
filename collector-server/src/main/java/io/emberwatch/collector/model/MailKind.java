package io.emberwatch.collector.model;

import java.util.Locale;

/** What a mail says. */
public enum MailKind {
    RAISED,
    REPEATED,
    CLEARED,
    /** It was so from … to …, learnt afterwards. */
    PAST;

    /** Whether what it is about is over. */
    public boolean isOver() {
        return this == CLEARED || this == PAST;
    }

    /** As it stands in tables: in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
