package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.WireLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** XID errors of all cards. Not thread-safe. */
final class XidBook {
    /** So many cards at most, the ones that are gone included. */
    private static final int MAX_CARDS = 4 * WireLimits.MAX_GPUS;

    private final Map<String, CardXids> cards = new HashMap<>();
    private final long begunNanos;

    /** @param begunNanos from when on errors are heard */
    XidBook(long begunNanos) {
        this.begunNanos = begunNanos;
    }

    /** Notes errors by UUID, each card's in the order in which they happened. */
    void add(Map<String, List<Integer>> codes, long nowNanos) {
        codes.forEach((uuid, ofCard) -> {
            if (cards.size() < MAX_CARDS || cards.containsKey(uuid)) {
                cards.computeIfAbsent(uuid, CardXids::new).add(ofCard, nowNanos);
            }
        });
    }

    boolean isWaiting(String uuid) {
        return cards.containsKey(uuid) && cards.get(uuid).isWaiting();
    }

    /** Takes those of a card for the next reading. */
    List<Integer> take(String uuid) {
        return cards.containsKey(uuid) ? cards.get(uuid).take() : List.of();
    }

    /**
     * Whether errors have been heard for as long as a fatal one counts. Until then, none heard does not mean that none was told: a
     * probe that was just started must not tell an owner that the error is over.
     */
    boolean hasHeardLongEnough(long nowNanos) {
        return nowNanos - begunNanos >= CardXids.FATAL_FOR.toNanos();
    }

    /** Lets a fatal error of a card count no more, if it has not been told as one. */
    void settle(String uuid) {
        Optional.ofNullable(cards.get(uuid)).ifPresent(CardXids::settle);
    }

    /** The last fatal error of a card in the last hour, which is told with that; 0 if none was heard. */
    int fatal(String uuid, long nowNanos) {
        return cards.containsKey(uuid) ? cards.get(uuid).fatal(nowNanos) : 0;
    }
}
