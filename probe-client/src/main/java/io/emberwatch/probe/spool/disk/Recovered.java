package io.emberwatch.probe.spool.disk;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What an earlier process left in the directory.
 *
 * @param bootId empty if it left nothing
 * @param lastGiven the last sequence that may have been given
 */
record Recovered(
        List<Segment> segments,
        Optional<UUID> bootId,
        Numbering numbering,
        long lastGiven,
        UnackedRanges outstanding,
        Losses losses,
        long runningMillis) {}
