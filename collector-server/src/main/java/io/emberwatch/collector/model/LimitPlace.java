package io.emberwatch.collector.model;

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
