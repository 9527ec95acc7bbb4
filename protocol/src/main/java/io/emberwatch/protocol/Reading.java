package io.emberwatch.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One moment of one machine.
 *
 * @param sequence number of the reading, 1 to {@link WireLimits#MAX_SEQUENCE}, in the probe's own numbering (see {@link
 *     Hello#bootId()})
 * @param takenAt the probe's clock when it was taken, to the millisecond, in the years 1970 to 9999
 * @param machine values of scope {@link Scope#MACHINE}
 * @param gpus one entry for each GPU that answered, in any order
 */
public record Reading(long sequence, Instant takenAt, MetricValues machine, List<GpuValues> gpus) {
    public Reading {
        if (sequence < 1 || sequence > WireLimits.MAX_SEQUENCE) {
            throw new IllegalArgumentException(
                    "sequence must be 1 to " + WireLimits.MAX_SEQUENCE + ", but is " + sequence);
        }
        takenAt = Times.requireTime("time of a reading", takenAt);
        if (Objects.requireNonNull(machine).scope() != Scope.MACHINE) {
            throw new IllegalArgumentException("values of a reading must be of scope MACHINE");
        }
        gpus = List.copyOf(gpus);
        if (gpus.size() > WireLimits.MAX_GPUS) {
            throw new IllegalArgumentException(
                    "more than " + WireLimits.MAX_GPUS + " GPUs in a reading: " + gpus.size());
        }
        requireEachGpuOnce(gpus);
    }

    private static void requireEachGpuOnce(List<GpuValues> gpus) {
        long seen = 0;
        for (GpuValues gpu : gpus) {
            long bit = 1L << gpu.index();
            if ((seen & bit) != 0) {
                throw new IllegalArgumentException("GPU " + gpu.index() + " is in a reading twice");
            }
            seen |= bit;
        }
    }
}
