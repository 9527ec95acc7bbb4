package io.emberwatch.protocol;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An XID error: what NVIDIA's driver says of a card, by its code.
 *
 * @param meaning what happened, in a few words, without a full stop
 * @param action what to do about it, a sentence
 * @see <a href="https://docs.nvidia.com/deploy/xid-errors/">NVIDIA: XID Errors</a>
 */
public record Xid(int code, Severity severity, String meaning, String action) {
    /** How much it is the card's fault. */
    public enum Severity {
        /** The card, or its connection, is failing or unusable: somebody must act. */
        FATAL,
        /** A program was ended, most often by its own fault; the card goes on. */
        PROGRAM,
        /** The driver notes something; no harm by itself. */
        NOTE
    }

    private static final Map<Integer, Xid> KNOWN =
            XidTable.ALL.stream().collect(Collectors.toUnmodifiableMap(Xid::code, Function.identity()));

    /** The error with this code; one that is not in the table is a {@link Severity#NOTE}. */
    public static Xid of(int code) {
        Xid known = KNOWN.get(code);
        return known != null
                ? known
                : new Xid(
                        code,
                        Severity.NOTE,
                        "an error that is not in our table",
                        "Look it up in NVIDIA's list of XID errors.");
    }

    /** Those in the table, by code. */
    public static List<Xid> known() {
        return XidTable.ALL;
    }

    public boolean isFatal() {
        return severity == Severity.FATAL;
    }
}
