package io.emberwatch.collector.faults;

import java.util.List;

/**
 * Both sides of the books of one machine.
 *
 * @param taken what its probe says that it took, in that order
 * @param unloggedAllowed how many readings may be stored that the probe had no time to speak of: one a kill
 * @param mayBeLost what a power failure may have taken from the spool, if there was one
 * @param gaps what the probe reported to the collector as lost
 * @param lastSequence of its row in {@code probe_session}
 */
record MachineLedger(
        String machine,
        List<TakenReading> taken,
        int unloggedAllowed,
        List<SequenceRange> mayBeLost,
        List<StoredReading> stored,
        List<SequenceRange> gaps,
        long lastSequence,
        List<StoredAlarm> alarms) {}
