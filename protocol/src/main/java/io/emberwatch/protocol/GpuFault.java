package io.emberwatch.protocol;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is wrong with a card, or with all cards of a driver: the values of {@link Metric#GPU_FAULT} and {@link
 * Metric#GPU_DRIVER_FAULT}.
 */
public enum GpuFault {
    NONE(0, "no fault"),
    /** It does not answer on the bus any more. */
    LOST(1, "has fallen off the bus"),
    /** It has stopped and must be reset, or goes on with less than it has until it is. */
    RESET_REQUIRED(2, "needs a reset"),
    /** A call into the driver does not come back. */
    HUNG(3, "does not answer"),
    /** There are cards, but no driver that works for them. */
    DRIVER_MISSING(4, "has no driver that works"),
    /** The driver's library and its kernel module are of different versions. */
    DRIVER_MISMATCH(5, "has a driver that was changed without a restart"),
    NO_PERMISSION(6, "may not be read"),
    /** Any other error of the driver, or one that this build does not know. */
    UNREADABLE(7, "cannot be read"),
    /** A reset of the card is not enough: the operating system may be harmed too. */
    RESTART_REQUIRED(8, "needs a restart of its machine");

    private static final Map<Integer, GpuFault> BY_CODE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(GpuFault::code, Function.identity()));

    private final int code;
    private final String words;

    GpuFault(int code, String words) {
        this.code = code;
        this.words = words;
    }

    /** {@link #UNREADABLE} for a code of a newer peer. */
    public static GpuFault ofCode(long code) {
        return code == (int) code ? BY_CODE.getOrDefault((int) code, UNREADABLE) : UNREADABLE;
    }

    /** The metric's value; never used again for something else. */
    public int code() {
        return code;
    }

    /** What is wrong, for people: what comes after "the card", in a few words. */
    public String words() {
        return words;
    }
}
