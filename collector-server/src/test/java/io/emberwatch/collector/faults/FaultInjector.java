package io.emberwatch.collector.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** How each kind of fault is done and undone. Used by one thread. */
final class FaultInjector {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    private static final int SHORTEST_DELAY_MILLIS = 50;
    private static final int LONGEST_DELAY_MILLIS = 500;

    private final Rig rig;
    private final Keeper keeper;

    FaultInjector(Rig rig, Keeper keeper) {
        this.rig = rig;
        this.keeper = keeper;
    }

    /** Returns what else there is to say of it, for people. */
    String begin(PlannedFault fault) throws IOException, InterruptedException {
        Random random = new Random(fault.seed());
        switch (fault.kind().place()) {
            case PROBE -> {
                return onProbe(fault, rig.probes().get(fault.probe()), random);
            }
            case PROBE_LINK -> onProbeLink(fault.kind(), rig.probeLink(fault.probe()), random);
            case COLLECTOR -> onCollector(fault.kind());
            case DATABASE -> onDatabase(fault.kind());
            case DATABASE_LINK -> onDatabaseLink(fault.kind(), rig.databaseLink(), random);
            case MAIL -> onMail(fault.kind());
            case MAIL_LINK -> onMailLink(fault.kind(), rig.mailLink(), random);
        }
        return "";
    }

    /** Ends the fault and restores what it disturbed. */
    void undo(PlannedFault fault) throws IOException, InterruptedException {
        switch (fault.kind().place()) {
            case PROBE -> undoProbe(fault.kind(), rig.probes().get(fault.probe()));
            case PROBE_LINK -> rig.probeLink(fault.probe()).heal();
            case COLLECTOR -> {
                if (fault.kind() == FaultKind.STOP_COLLECTOR) {
                    awaitEndOfCollector();
                }
                keeper.collectorUp();
            }
            case DATABASE -> {
                rig.server().start();
                keeper.databaseWell();
            }
            case DATABASE_LINK -> {
                rig.databaseLink().heal();
                keeper.databaseWell();
            }
            case MAIL -> rig.mail().mood(MailLedger.Mood.FRIENDLY);
            case MAIL_LINK -> rig.mailLink().heal();
        }
    }

    private String onProbe(PlannedFault fault, ProbeUnderTest probe, Random random)
            throws IOException, InterruptedException {
        switch (fault.kind()) {
            case KILL_PROBE, TEAR_SPOOL -> {
                keeper.down(probe);
                probe.kill();
            }
            case STOP_PROBE -> {
                keeper.down(probe);
                probe.stop();
            }
            case FILL_DISK -> probe.fillDisk();
            default -> throw new AssertionError(fault.kind());
        }
        return fault.kind() == FaultKind.TEAR_SPOOL ? ": " + probe.tearSpool(random) : "";
    }

    private void undoProbe(FaultKind kind, ProbeUnderTest probe) throws IOException, InterruptedException {
        if (kind == FaultKind.FILL_DISK) {
            probe.makeRoom();
            return;
        }
        probe.awaitEnd();
        keeper.up(probe);
    }

    private static void onProbeLink(FaultKind kind, FaultProxy link, Random random) {
        switch (kind) {
            case PROBE_RESET -> link.reset();
            case PROBE_FINISH -> link.finish();
            case PROBE_HALVE_UP -> link.arm(Trap.any(Direction.TO_SERVER, Trap.Verdict.HALVE));
            case PROBE_HALVE_DOWN -> link.arm(Trap.any(Direction.TO_CLIENT, Trap.Verdict.HALVE));
            case PROBE_HALF_CLOSE -> link.arm(Trap.any(Direction.TO_SERVER, Trap.Verdict.HALF_CLOSE));
            case PROBE_STALL_UP -> link.stall(Direction.TO_SERVER, true);
            case PROBE_STALL_DOWN -> link.stall(Direction.TO_CLIENT, true);
            case PROBE_DELAY ->
                link.delay(Duration.ofMillis(random.nextInt(SHORTEST_DELAY_MILLIS, LONGEST_DELAY_MILLIS)));
            case PROBE_REORDER -> link.holdBack();
            case PROBE_REFUSE -> refuse(link);
            default -> throw new AssertionError(kind);
        }
    }

    private void onCollector(FaultKind kind) throws InterruptedException {
        keeper.collectorDown();
        if (kind == FaultKind.KILL_COLLECTOR) {
            rig.collector().kill();
        } else {
            rig.collector().terminate();
        }
    }

    void stopCollector() throws InterruptedException {
        onCollector(FaultKind.STOP_COLLECTOR);
        awaitEndOfCollector();
    }

    private void awaitEndOfCollector() throws InterruptedException {
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        while (rig.collector().isAlive()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the collector does not stop within " + STOP_TIMEOUT.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void onDatabase(FaultKind kind) {
        keeper.databaseTrouble();
        if (kind == FaultKind.KILL_DATABASE) {
            rig.server().kill();
        } else {
            rig.server().stop();
        }
    }

    private void onDatabaseLink(FaultKind kind, FaultProxy link, Random random) {
        keeper.databaseTrouble();
        switch (kind) {
            case DATABASE_RESET -> link.reset();
            case DATABASE_HALVE -> link.arm(Trap.any(either(random), Trap.Verdict.HALVE));
            case DATABASE_STALL -> link.stall(Direction.TO_CLIENT, true);
            case DATABASE_REFUSE -> refuse(link);
            case BEFORE_COMMIT -> link.arm(Trap.commit(Trap.Verdict.CUT_BEFORE));
            case AFTER_COMMIT -> link.arm(Trap.commit(Trap.Verdict.CUT_AFTER));
            default -> throw new AssertionError(kind);
        }
    }

    private void onMail(FaultKind kind) {
        switch (kind) {
            case MAIL_STOPPED -> rig.mail().mood(MailLedger.Mood.STOPPED);
            case MAIL_BUSY -> rig.mail().mood(MailLedger.Mood.BUSY);
            case MAIL_HANGS_UP -> rig.mail().mood(MailLedger.Mood.LOSES_ANSWERS);
            default -> throw new AssertionError(kind);
        }
    }

    private static void onMailLink(FaultKind kind, FaultProxy link, Random random) {
        switch (kind) {
            case MAIL_RESET -> link.reset();
            case MAIL_HALVE -> link.arm(Trap.any(either(random), Trap.Verdict.HALVE));
            case MAIL_STALL -> link.stall(Direction.TO_CLIENT, true);
            case MAIL_UNANSWERED -> link.arm(Trap.endOfMail(Trap.Verdict.CUT_AFTER));
            default -> throw new AssertionError(kind);
        }
    }

    private static void refuse(FaultProxy link) {
        link.refuse(true);
        link.reset();
    }

    private static Direction either(Random random) {
        return random.nextBoolean() ? Direction.TO_SERVER : Direction.TO_CLIENT;
    }
}
