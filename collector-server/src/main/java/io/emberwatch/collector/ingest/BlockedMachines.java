package io.emberwatch.collector.ingest;

import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Machines that one writer cannot write as usual: somebody holds a lock that they need, something of theirs cannot be
 * stored, or their alarms are very much work. They pause or go by themselves, so that all others go on. Belongs to the writer's thread.
 */
final class BlockedMachines {
    /** A lock that is tested for costs next to nothing, and a session that begins holds one for a moment. */
    private static final Duration FIRST_PAUSE_TESTED = Duration.ofMillis(20);

    private static final Duration LONGEST_PAUSE_TESTED = Duration.ofSeconds(5);
    /** Each attempt that runs into the lock wait timeout takes the writer a second. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration REPORTED_AFTER = Duration.ofSeconds(2);
    /** How long a machine goes by itself after it sent something that the database refused. */
    private static final Duration ALONE_AFTER_REFUSAL = Duration.ofMinutes(10);
    /** The same after it changed many alarms: only once that is done is it known to be so much more work than a row. */
    private static final Duration ALONE_AFTER_STORM = Duration.ofSeconds(10);

    private final int writer;
    private final IngestQueue queue;
    private final ServiceProblems problems;
    private final LongSupplier nanoTime;
    private final Map<Integer, Block> blocks = new HashMap<>();
    private final Map<Integer, Long> aloneUntilNanos = new HashMap<>();

    private record Block(String name, long sinceNanos, int failures) {}

    BlockedMachines(int writer, IngestQueue queue, ServiceProblems problems, LongSupplier nanoTime) {
        this.writer = writer;
        this.queue = queue;
        this.problems = problems;
        this.nanoTime = nanoTime;
    }

    /** It cannot be written now, as its lock was tested; once it is free it goes with the others. */
    void locked(int machineId, String name) {
        pause(machineId, name, FIRST_PAUSE_TESTED, LONGEST_PAUSE_TESTED, "a lock on its row in the database");
    }

    /** It may be one of those that cannot be written now; it is to try by itself. */
    void suspected(int machineId) {
        queue.setAlone(writer, machineId, true);
    }

    /** It could not be written though it went by itself; it tries again after a while. */
    void failed(int machineId, String name, Throwable cause) {
        queue.setAlone(writer, machineId, true);
        pause(machineId, name, FIRST_PAUSE, LONGEST_PAUSE, String.valueOf(cause.getMessage()));
    }

    /** Something of it was refused for its content: for a while it goes by itself. */
    void refused(int machineId) {
        goesAlone(machineId, ALONE_AFTER_REFUSAL);
    }

    /** It changed many alarms at once: for a while it goes by itself. */
    void storms(int machineId) {
        goesAlone(machineId, ALONE_AFTER_STORM);
    }

    private void goesAlone(int machineId, Duration time) {
        long until = nanoTime.getAsLong() + time.toNanos();
        aloneUntilNanos.merge(machineId, until, (known, next) -> next - known > 0 ? next : known);
        queue.setAlone(writer, machineId, true);
    }

    /** They were written. */
    void written(Collection<Integer> machineIds, boolean wentAlone) {
        for (int machineId : machineIds) {
            Block block = blocks.remove(machineId);
            if (block != null) {
                problems.solved(Kind.MACHINE_LOCKED, block.name());
            }
            if (wentAlone && !isToGoAlone(machineId)) {
                aloneUntilNanos.remove(machineId);
                queue.setAlone(writer, machineId, false);
            }
        }
    }

    private boolean isToGoAlone(int machineId) {
        Long until = aloneUntilNanos.get(machineId);
        return until != null && nanoTime.getAsLong() - until < 0;
    }

    private void pause(int machineId, String name, Duration first, Duration longest, String why) {
        long now = nanoTime.getAsLong();
        Block block = blocks.merge(
                machineId,
                new Block(name, now, 1),
                (known, one) -> new Block(name, known.sinceNanos(), known.failures() + 1));
        Duration pause = first.multipliedBy(1L << Math.min(block.failures() - 1, 10));
        queue.pause(writer, machineId, pause.compareTo(longest) < 0 ? pause : longest, false);
        Duration blockedFor = Duration.ofNanos(now - block.sinceNanos());
        if (blockedFor.compareTo(REPORTED_AFTER) >= 0) {
            problems.report(
                    Kind.MACHINE_LOCKED,
                    name,
                    "for " + blockedFor.toSeconds() + " s nothing of it can be written, because of: " + why
                            + ". It waits, nothing is lost, all other machines go on. Look for an open transaction,"
                            + " with SELECT * FROM information_schema.innodb_trx ORDER BY trx_started, and end it with"
                            + " COMMIT or ROLLBACK, or with KILL and its trx_mysql_thread_id");
        }
    }
}
