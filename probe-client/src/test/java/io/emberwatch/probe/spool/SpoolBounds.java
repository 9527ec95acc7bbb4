package io.emberwatch.probe.spool;

/** What other packages' tests must know of a spool's bounds. */
public final class SpoolBounds {
    /** So many losses are remembered one by one. */
    public static final int MAX_LOSSES = Losses.MAX_LOSSES;

    private SpoolBounds() {}
}
