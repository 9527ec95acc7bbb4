package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.WireLimits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** XID errors of all cards. Not thread-safe. */
final class XidBook {
    /** So many cards at most, the ones that are gone included. */
    private static final int MAX_CARDS = 4 * WireLimits.MAX_GPUS;

    private final Map<String, CardXids> cards = new HashMap<>();
    private final Set<String> heardInPart = new HashSet<>();
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
     * Notes whether only some errors of a card can be heard.
     *
     * @param inPart as of a card that is divided: what happens in one of its instances is told to those only who may use that
     */
    void hears(String uuid, boolean inPart) {
        if (!inPart) {
            heardInPart.remove(uuid);
        } else if (heardInPart.size() < MAX_CARDS) {
            heardInPart.add(uuid);
        }
    }

    /**
     * Whether all errors of a card that its driver tells have been heard for as long as a fatal one counts. Until then, none
     * heard does not mean that none was told: a probe that was just started must not tell an owner that the error is over.
     */
    boolean hasHeardLongEnough(String uuid, long nowNanos) {
        return nowNanos - begunNanos >= CardXids.FATAL_FOR.toNanos() && !heardInPart.contains(uuid);
    }

    /** Lets the fatal errors of a card until now count no more. */
    void settle(String uuid) {
        Optional.ofNullable(cards.get(uuid)).ifPresent(CardXids::settle);
    }

    /** The last fatal error of a card in the last hour; 0 if none was heard. */
    int fatal(String uuid, long nowNanos) {
        return cards.containsKey(uuid) ? cards.get(uuid).fatal(nowNanos) : 0;
    }
}
