package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import java.util.List;
import java.util.Map;

/** The cards that one driver of the machine serves. */
public interface GpuDriver {
    /**
     * Finds out which cards there are now. May block for as long as the driver does, and may use what costs seconds; called
     * by one thread at a time.
     */
    Survey survey();

    /**
     * XID errors since the last call by UUID, each card's in the order in which they happened. Never blocks; called by one
     * thread at a time, which need not be that of {@link #survey}.
     */
    default Map<String, List<Integer>> drainXids() {
        return Map.of();
    }

    /** Whether an XID error would be told if there were one: only then does none mean that there was none. */
    default boolean tellsXids() {
        return false;
    }

    /**
     * The cards of one moment.
     *
     * @param cards in a stable order; a card that was in the survey before may be the same object or another, its UUID tells
     * @param fault what is wrong with the driver, and so with all of its cards; {@link GpuFault#NONE} also if there is nothing
     *     to drive
     * @param name of the driver and its version, for people; empty if unknown
     */
    record Survey(List<GpuCard> cards, GpuFault fault, String name) {
        /** Nothing to drive. */
        public static final Survey NOTHING = new Survey(List.of(), GpuFault.NONE, "");

        public Survey {
            cards = List.copyOf(cards);
        }
    }
}
