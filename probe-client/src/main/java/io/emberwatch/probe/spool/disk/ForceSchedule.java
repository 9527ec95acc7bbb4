package io.emberwatch.probe.spool.disk;

/** When what was written is to be forced: at most once in {@code sync}, and only if there is something. One thread. */
final class ForceSchedule {
    /** What is due within this part of {@code sync} is forced at once, so that the thread need not wake again for it. */
    private static final int EARLY_PART = 8;

    private final long syncNanos;
    private long dueNanos = System.nanoTime();
    private boolean isUnforced = true;

    ForceSchedule(long syncNanos) {
        this.syncNanos = syncNanos;
    }

    /** Until there is something to force; for ever if there is nothing. */
    long nanosLeft() {
        return isUnforced ? dueNanos - System.nanoTime() : Long.MAX_VALUE;
    }

    /** Something was, or may have been, written. */
    void written() {
        isUnforced = true;
    }

    boolean isDue() {
        return nanosLeft() <= syncNanos / EARLY_PART;
    }

    void forced() {
        dueNanos = System.nanoTime() + syncNanos;
        isUnforced = false;
    }
}
