package io.emberwatch.collector.net.limits;

/**
 * How much of something is let through.
 *
 * @param perSecond in the long run, 1 or more
 * @param burst at once, after a pause, 1 or more
 */
public record Rate(int perSecond, int burst) {
    public Rate {
        if (perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException("a rate is 1 or more a second, at least 1 at once: " + perSecond + " a"
                    + " second, " + burst + " at once");
        }
    }
}
