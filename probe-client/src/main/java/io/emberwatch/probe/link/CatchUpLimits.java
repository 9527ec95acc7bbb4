package io.emberwatch.probe.link;

/**
 * When a session puts history off, and how much of it may be asked for at a time.
 *
 * @param deferAbove readings waiting above which only the newest are sent live, {@code keepLive} or more
 * @param keepLive how many of the newest then stay live, 1 or more: a limit that lasts for minutes needs what lies before now
 * @param maxFetches FETCHes that may wait for their answer, 1 or more
 */
public record CatchUpLimits(int deferAbove, int keepLive, int maxFetches) {
    public static final CatchUpLimits USUAL = new CatchUpLimits(2000, 1000, 16);

    public CatchUpLimits {
        if (keepLive < 1 || deferAbove < keepLive || maxFetches < 1) {
            throw new IllegalArgumentException("must keep 1 to " + deferAbove + " readings live, and take a fetch: "
                    + keepLive + ", " + maxFetches);
        }
    }
}
