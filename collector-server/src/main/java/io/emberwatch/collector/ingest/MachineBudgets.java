package io.emberwatch.collector.ingest;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of the database each machine may take up: at once what an honest machine with 16 GPUs brings after a week's
 * outage, and in the long run several times of what it ever measures. Belongs to the writer's thread.
 */
final class MachineBudgets {
    /** 604,800 readings of a machine with 16 GPUs are 10.3 million rows. */
    static final int ROWS_AT_ONCE = 12_000_000;

    static final int ROWS_PER_S = 500;
    /** Kept for live readings: history waits first. */
    static final int ROWS_FOR_LIVE = 1_000_000;

    static final int XIDS_AT_ONCE = 2_000;
    private static final int XIDS_PER_S = 2;

    private final Map<Integer, Budget> byMachine = new HashMap<>();

    private record Budget(Bucket rows, Bucket xids) {}

    /** How many XID errors of the machine may be stored now. */
    int xids(int machineId, long nowNanos) {
        return (int) Math.max(0, of(machineId, nowNanos).xids().left(nowNanos));
    }

    /**
     * Counts what was stored.
     *
     * @param work in rows
     * @return how long the machine has to wait now
     */
    Wait charge(int machineId, long work, int xids, long nowNanos) {
        Budget budget = of(machineId, nowNanos);
        budget.xids().take(xids, nowNanos);
        double left = budget.rows().take(work, nowNanos);
        return left >= ROWS_FOR_LIVE ? Wait.NONE : left >= 0 ? wait(ROWS_FOR_LIVE - left, true) : wait(-left, false);
    }

    private static Wait wait(double rows, boolean historyOnly) {
        long nanos = (long) Math.ceil(rows / ROWS_PER_S * Duration.ofSeconds(1).toNanos());
        return new Wait(Duration.ofNanos(nanos), historyOnly);
    }

    private Budget of(int machineId, long nowNanos) {
        return byMachine.computeIfAbsent(
                machineId,
                id -> new Budget(
                        new Bucket(ROWS_AT_ONCE, ROWS_PER_S, nowNanos),
                        new Bucket(XIDS_AT_ONCE, XIDS_PER_S, nowNanos)));
    }

    /**
     * What a machine has to wait for its budget.
     *
     * @param duration zero if it need not
     * @param historyOnly whether its live readings may go on
     */
    record Wait(Duration duration, boolean historyOnly) {
        static final Wait NONE = new Wait(Duration.ZERO, true);
    }

    /** Full at first, emptied by what happens, also below zero, and filled by time. */
    private static final class Bucket {
        private final int size;
        private final int perSecond;
        private double left;
        private long filledAtNanos;

        Bucket(int size, int perSecond, long nowNanos) {
            this.size = size;
            this.perSecond = perSecond;
            this.left = size;
            this.filledAtNanos = nowNanos;
        }

        double left(long nowNanos) {
            return take(0, nowNanos);
        }

        double take(long count, long nowNanos) {
            double seconds = (double) Math.max(0, nowNanos - filledAtNanos)
                    / Duration.ofSeconds(1).toNanos();
            filledAtNanos = Math.max(filledAtNanos, nowNanos);
            left = Math.min(size, left + seconds * perSecond) - count;
            return left;
        }
    }
}
