package io.emberwatch.protocol;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * One moment of one machine.
 *
 * @param sequence number of the reading, from 1, in the probe's own numbering (see {@link Hello#bootId()})
 * @param takenAt the probe's clock when it was taken, to the millisecond
 * @param machine values of scope {@link Scope#MACHINE}
 * @param gpus one entry for each GPU that answered
 */
public record Reading(long sequence, Instant takenAt, MetricValues machine, List<GpuValues> gpus) {
    public Reading {
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence must be 1 or more, but is " + sequence);
        }
        takenAt = takenAt.truncatedTo(ChronoUnit.MILLIS);
        if (Objects.requireNonNull(machine).scope() != Scope.MACHINE) {
            throw new IllegalArgumentException("values of a reading must be of scope MACHINE");
        }
        gpus = List.copyOf(gpus);
        if (gpus.size() > WireLimits.MAX_GPUS) {
            throw new IllegalArgumentException(
                    "more than " + WireLimits.MAX_GPUS + " GPUs in a reading: " + gpus.size());
        }
    }
}
