package io.emberwatch.collector.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * A limit as it stands in its table, which anybody with SQL may have written: nothing about it is certain.
 *
 * @param metric name of a metric, supposedly
 * @param raiseAt empty switches the limit off
 * @param clearAt empty is the same as {@code raiseAt}
 */
public record StoredLimit(
        LimitPlace place,
        String metric,
        Severity severity,
        Optional<BigDecimal> raiseAt,
        Optional<BigDecimal> clearAt,
        Duration holdFor) {

    /** What a limit is set on. */
    public sealed interface LimitPlace {
        /** Every machine that has no limit of its own. */
        record Fleet() implements LimitPlace {
            @Override
            public String toString() {
                return "the fleet";
            }
        }

        /** A machine and all of its GPUs. */
        record OfMachine(int machineId) implements LimitPlace {
            @Override
            public String toString() {
                return "machine " + machineId;
            }
        }

        /** One GPU of a machine, by its UUID. */
        record OfGpu(int machineId, String uuid) implements LimitPlace {
            @Override
            public String toString() {
                return "GPU " + uuid + " of machine " + machineId;
            }
        }
    }
}
