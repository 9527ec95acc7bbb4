package io.emberwatch.collector.store;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a failed transaction means for the data that it was to store. */
public enum SqlFailure {
    /** The data is at fault: it would fail again. Not stored. */
    POISON_DATA,
    /** The database is at fault, for now or for long: the same data may be stored later. Not stored. */
    TRANSIENT,
    /** Like {@link #TRANSIENT}, but the connection broke: if it was in the commit, the data may be stored already. */
    UNKNOWN_OUTCOME;

    /** Errors about the data that have no SQLState of their own (HY000, 01000, 08S01), by the server's number. */
    private static final Set<Integer> DATA_ERRORS = Set.of(
            1118, // row too long
            1153, // packet too large: a smaller batch may pass
            1265, // value truncated, in strict mode
            1364, // column without a default left out
            1366, // not a number, or not text in the column's character set
            1526, // no partition for the value
            3819); // a CHECK constraint, which an admin may have added

    private static final int DEADLOCK = 1213;
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    /** Errors of a server that takes no writes, by its number: a replica by now, or one in maintenance. */
    private static final Set<Integer> READ_ONLY_ERRORS = Set.of(
            1036, // the table is read-only
            1290, // the server runs with --read-only, --super-read-only …
            1792, // the transaction is read-only
            1836, // the server runs in read-only mode
            1874, // InnoDB is in read-only mode
            3100); // group replication lets the member commit nothing

    /** Errors of a server that is leaving, or not there yet: others may have taken its place. */
    private static final Set<Integer> UNAVAILABLE_ERRORS = Set.of(
            1047, // Galera: the node is not ready
            1053, // shutting down
            3032); // offline mode

    /**
     * Classifies by the exception, its causes and its next exceptions. What is not known to be the data's fault is
     * taken for the database's: a reading may wait, but must not be rejected by mistake.
     */
    public static SqlFailure of(SQLException failure) {
        if (failure instanceof SQLTransientConnectionException) {
            // The pool had no connection to give: nothing was begun, whatever the cause says.
            return TRANSIENT;
        }
        List<SQLException> all = chain(failure);
        if (all.stream().anyMatch(SqlFailure::isAboutData)) {
            return POISON_DATA;
        }
        return all.stream().anyMatch(SqlFailure::isBrokenConnection) ? UNKNOWN_OUTCOME : TRANSIENT;
    }

    /**
     * Whether the database chose this transaction to end a deadlock, as it may at any time: tried again, it goes
     * through.
     */
    public static boolean isDeadlock(SQLException failure) {
        return chain(failure).stream().anyMatch(e -> e.getErrorCode() == DEADLOCK);
    }

    /** Whether somebody else has held a lock for as long as this connection waits for one. */
    public static boolean isLockWaitTimeout(SQLException failure) {
        return chain(failure).stream().anyMatch(e -> e.getErrorCode() == LOCK_WAIT_TIMEOUT);
    }

    /** Whether the server takes no writes. */
    public static boolean isReadOnly(SQLException failure) {
        return chain(failure).stream().anyMatch(e -> READ_ONLY_ERRORS.contains(e.getErrorCode()));
    }

    /**
     * Whether the server that the connection leads to is not, or not certainly, the one that new connections lead to:
     * it takes no writes, is leaving, or was not heard of.
     */
    public static boolean isOfServer(SQLException failure) {
        return isReadOnly(failure)
                || chain(failure).stream()
                        .anyMatch(e -> isBrokenConnection(e) || UNAVAILABLE_ERRORS.contains(e.getErrorCode()));
    }

    /** Whether the same statements may go through at the next attempt: the connection broke, or others were in the way. */
    public static boolean isPassing(SQLException failure) {
        return chain(failure).stream()
                .anyMatch(e ->
                        isBrokenConnection(e) || e.getErrorCode() == DEADLOCK || e.getErrorCode() == LOCK_WAIT_TIMEOUT);
    }

    /** Whether an answer did not come in time. */
    static boolean isTimeout(SQLException failure) {
        return chain(failure).stream()
                .anyMatch(e -> e.getCause() != null && rootCause(e) instanceof SocketTimeoutException);
    }

    private static boolean isAboutData(SQLException e) {
        return e instanceof PacketTooBigException
                || DATA_ERRORS.contains(e.getErrorCode())
                || state(e).startsWith("22")
                || state(e).startsWith("23");
    }

    private static boolean isBrokenConnection(SQLException e) {
        return state(e).startsWith("08") && !state(e).equals("08001") && !state(e).equals("08004");
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private static Throwable rootCause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static List<SQLException> chain(SQLException failure) {
        List<SQLException> found = new ArrayList<>();
        for (SQLException e = failure; e != null && !found.contains(e); e = e.getNextException()) {
            found.add(e);
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql && !found.contains(sql)) {
                    found.add(sql);
                }
            }
        }
        return found;
    }
}
