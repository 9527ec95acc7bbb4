package io.emberwatch.collector.store;

import java.sql.SQLException;

/** What a failure of the database means for what was to be written. */
public final class SqlFailures {
    private SqlFailures() {}

    /** Whether the content was at fault (a value out of range, a broken constraint): trying again cannot help. */
    public static boolean isCausedByContent(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }
}
