package io.emberwatch.collector.faults;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What happens to the next chunk that fits, and to its connection.
 *
 * @param fits looks at the bytes of one chunk
 */
record Trap(Direction direction, Predicate<byte[]> fits, Verdict verdict) {
    private static final int LONGEST_COMMIT_BYTES = 64;

    enum Verdict {
        /** The first half is passed on, then both sides are cut. */
        HALVE,
        /** The chunk never arrives. */
        CUT_BEFORE,
        /** The chunk arrives, but whatever is answered does not. */
        CUT_AFTER,
        /** The chunk arrives, and then the end of the stream; the other way stays open. */
        HALF_CLOSE
    }

    static Trap any(Direction direction, Verdict verdict) {
        return new Trap(direction, chunk -> true, verdict);
    }

    /** The COMMIT of a database's client: with {@link Verdict#CUT_AFTER} its outcome is unknown to it. */
    static Trap commit(Verdict verdict) {
        return new Trap(
                Direction.TO_SERVER,
                chunk -> chunk.length <= LONGEST_COMMIT_BYTES
                        && text(chunk).toLowerCase(Locale.ROOT).endsWith("commit"),
                verdict);
    }

    /** The end of a mail's content: with {@link Verdict#CUT_AFTER} it is taken, and the client does not know. */
    static Trap endOfMail(Verdict verdict) {
        return new Trap(Direction.TO_SERVER, chunk -> text(chunk).endsWith("\r\n.\r\n"), verdict);
    }

    private static String text(byte[] chunk) {
        return new String(chunk, StandardCharsets.ISO_8859_1);
    }
}
