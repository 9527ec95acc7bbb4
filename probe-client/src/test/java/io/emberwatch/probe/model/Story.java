package io.emberwatch.probe.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.link.LinkSettings;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One machine, two collectors with one database, and all that can go wrong between them; wholly decided by its seed.
 * Nothing but the disk, the network, the clocks and the collectors is a model: the spool, the session's decisions and
 * the codec are the real ones.
 */
final class Story {
    private static final int STEPS = 150;
    private static final int STEPS_SHOWN = 30;
    private static final int MAX_ROUNDS = 5000;
    private static final Duration OUTAGE_STEP = Duration.ofSeconds(61);

    private final Random random;
    private final ArrayDeque<String> steps = new ArrayDeque<>();
    private final Ledger ledger;
    private final Database database;
    private final Machine machine;
    private final List<ModelCollector> collectors;
    private final Temper temper;
    private boolean powerWasLost;
    private boolean diskWasBad;
    private boolean memoryWasLost;

    /** What may happen in a story: the promises are the stricter, the less does. */
    private enum Temper {
        /** The disk works, and has room. */
        GOOD_DISK,
        /** It is full, read-only or broken for a while. */
        BAD_DISK,
        /** It forgets, too. */
        DAMAGED_DISK
    }

    Story(long seed, Seams seams) {
        random = new Random(seed);
        temper = Temper.values()[random.nextInt(Temper.values().length)];
        ledger = new Ledger();
        database = new Database(ledger);
        Duration maxAge = List.of(Duration.ofMinutes(1), Duration.ofMinutes(16), Duration.ofDays(7))
                .get(random.nextInt(3));
        int keepLive = 1 + random.nextInt(5);
        machine = new Machine(
                seed,
                seams,
                ledger,
                new SpoolLimits(SpoolLimits.MIN_BYTES, maxAge, 20_000 + random.nextInt(400_000)),
                new LinkSettings.CatchUp(keepLive + random.nextInt(8), keepLive, 3));
        collectors = List.of(new ModelCollector(seams, database, random), new ModelCollector(seams, database, random));
    }

    /** Plays it to its end, at which all that was promised must hold. */
    void play() {
        try {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            end();
        } catch (IOException | ProtocolException | RuntimeException | AssertionError e) {
            throw new AssertionError(
                    temper + ": " + e.getMessage() + "\nthe last steps: " + String.join(", ", steps), e);
        }
    }

    private void step() throws IOException, ProtocolException {
        int kind = random.nextInt(100);
        if (kind < 14) {
            take();
        } else if (kind < 21) {
            disk();
        } else if (kind < 37) {
            exchangeMessages();
        } else if (kind < 64) {
            listen();
        } else if (kind < 79) {
            commit();
        } else if (kind < 91) {
            answer();
        } else if (kind < 94) {
            breakConnection();
        } else if (kind < 97) {
            end(random.nextInt(4));
        } else {
            trouble();
        }
    }

    private void take() throws IOException {
        int much = random.nextInt(60);
        if (much == 0 && temper != Temper.GOOD_DISK) {
            take(300, OUTAGE_STEP);
        } else {
            take(much < 6 ? 10 + random.nextInt(30) : 1 + random.nextInt(3), Duration.ofMillis(200));
        }
        if (random.nextInt(20) == 0) {
            machine.fit(random.nextBoolean() ? new String[] {} : new String[] {"GPU-" + random.nextInt(3), "GPU-9"});
        }
    }

    private void take(int readings, Duration apart) {
        logStep("take " + readings);
        for (int i = 0; i < readings; i++) {
            machine.take();
            machine.clock.pass(apart);
            if (random.nextInt(3) > 0) {
                quietly(null, machine::write);
            }
        }
    }

    private void disk() {
        int kind = random.nextInt(10);
        if (kind < 4) {
            quietly("write", machine::write);
        } else if (kind < 8) {
            quietly("write", machine::write);
            quietly("force", machine::force);
        } else {
            quietly("tidy", machine::tidy);
        }
    }

    private void exchangeMessages() throws ProtocolException {
        if (machine.session().filter(session -> !session.isOver()).isEmpty()) {
            logStep("connect");
            machine.disconnect();
            Wire.Pair wires = new Wire.Pair();
            machine.connect(wires);
            ModelCollector collector = collectors.get(random.nextInt(2));
            collector.accept(wires);
            if (random.nextInt(4) > 0) {
                collector.greet();
                machine.session().orElseThrow().hear(Long.MAX_VALUE);
            }
        } else {
            logStep("send");
            for (int times = random.nextInt(3); times >= 0; times--) {
                machine.send();
            }
        }
    }

    private void listen() throws ProtocolException {
        long bytes = random.nextInt(3) == 0 ? random.nextInt(200) : 5000;
        if (random.nextBoolean() && machine.session().isPresent()) {
            logStep("probe hears");
            machine.session().get().hear(bytes);
        } else {
            CollectorSession session = anySession();
            if (session != null) {
                logStep("collector hears");
                session.hear(bytes);
            }
        }
    }

    private void commit() {
        CollectorSession session = anySession();
        if (session != null && session.hasWork()) {
            int chance = random.nextInt(10);
            CollectorSession.Outcome outcome = chance == 0
                    ? CollectorSession.Outcome.ROLLED_BACK
                    : chance == 1 ? CollectorSession.Outcome.UNKNOWN : CollectorSession.Outcome.COMMITTED;
            logStep("commit: " + outcome);
            session.commit(1 + random.nextInt(5), outcome);
        }
    }

    private void answer() {
        CollectorSession session = anySession();
        if (session != null) {
            logStep("answer");
            session.acknowledge();
            if (random.nextBoolean()) {
                session.fetch(1 + random.nextInt(20));
            }
        }
    }

    /** Each end may notice at another time, and what was on its way may still arrive. */
    private void breakConnection() {
        if (machine.session().isEmpty()) {
            return;
        }
        Wire.Pair wires = machine.session().get().wires();
        int how = random.nextInt(4);
        logStep("break " + how);
        if (how != 0) {
            wires.toCollector()
                    .breakAfter(random.nextLong(1 + wires.toCollector().bytesOnTheWay()));
        }
        if (how != 1) {
            wires.toProbe().breakAfter(random.nextLong(1 + wires.toProbe().bytesOnTheWay()));
        }
        if (how != 2) {
            machine.disconnect();
        }
    }

    private void end(int kind) {
        switch (kind) {
            case 0 -> {
                logStep("kill the probe");
                memoryWasLost |= machine.holdsMoreThanTheDisk();
                machine.kill();
            }
            case 1 -> {
                logStep("restart the probe");
                machine.stopAndStart();
            }
            case 2 -> {
                logStep("power loss");
                powerWasLost = true;
                machine.losePower();
            }
            default -> {
                logStep("collector crashes");
                collectors.get(random.nextInt(2)).crash();
            }
        }
    }

    private void trouble() throws IOException {
        int kind = random.nextInt(9);
        logStep("trouble " + kind);
        if (kind < 2) {
            setClock();
        } else if (kind == 2) {
            machine.clock.pass(Duration.ofSeconds(random.nextInt(100)));
        } else if (temper != Temper.GOOD_DISK) {
            diskWasBad = true;
            switch (kind) {
                case 3 -> machine.disk.setCapacity(machine.disk.bytes() + random.nextInt(3000));
                case 4 -> machine.disk.setReadOnly(true);
                case 5 -> machine.disk.failWriteAfter(random.nextInt(4));
                case 6 -> machine.disk.failForceAfter(random.nextInt(4));
                case 7 -> damage();
                default -> machine.disk.heal();
            }
        }
    }

    /** With a disk that forgets, only a clock that goes on keeps the spool from giving numbers again. */
    private void setClock() {
        Duration jump = Duration.ofDays(random.nextInt(1000));
        machine.clock.set(
                temper == Temper.GOOD_DISK && random.nextBoolean()
                        ? ManualClock.START.minus(jump.multipliedBy(3))
                        : machine.clock.instant().plus(jump));
    }

    private void damage() throws IOException {
        List<String> segments = machine.segments();
        if (temper == Temper.DAMAGED_DISK && !segments.isEmpty()) {
            ledger.damaged();
            machine.disk.flipBit(segments.get(random.nextInt(segments.size())));
        }
    }

    /** All trouble ends, and there is time enough. */
    private void end() throws ProtocolException {
        logStep("all is well again");
        machine.disk.heal();
        drain();
        machine.stopAndStart();
        take(1, Duration.ZERO);
        drain();
        ledger.requireComplete(database);
        requireReasons(database.reasons());
    }

    private void drain() throws ProtocolException {
        int rounds = 0;
        while (machine.spool().depth() > 0
                || machine.session().filter(ProbeSession::isDone).isEmpty()) {
            assertThat(rounds++).as("rounds until all has arrived").isLessThan(MAX_ROUNDS);
            if (machine.session().filter(session -> !session.isOver()).isEmpty()) {
                exchangeMessages();
            }
            while (machine.send()) {
                // As long as there is something to say.
            }
            for (ModelCollector collector : collectors) {
                collector.catchUp(1 + random.nextInt(100));
            }
            machine.session().orElseThrow().hear(Long.MAX_VALUE);
            machine.clock.pass(Duration.ofSeconds(1));
        }
    }

    /** Nothing is called lost without a cause. */
    private void requireReasons(Set<Lost.Reason> reasons) {
        if (!powerWasLost && !diskWasBad) {
            assertThat(reasons).doesNotContain(Lost.Reason.POWER_LOSS);
        }
        if (!diskWasBad && !powerWasLost && !memoryWasLost) {
            assertThat(reasons).doesNotContain(Lost.Reason.DAMAGED);
        }
    }

    private CollectorSession anySession() {
        List<CollectorSession> sessions = collectors.get(random.nextInt(2)).sessions();
        return sessions.isEmpty() ? null : sessions.get(random.nextInt(sessions.size()));
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    private void quietly(String name, DiskWork work) {
        try {
            work.run();
            if (name != null) {
                logStep(name);
            }
        } catch (IOException e) {
            logStep(name + ": " + e.getMessage());
        }
    }

    private void logStep(String step) {
        steps.addLast(step);
        if (steps.size() > STEPS_SHOWN) {
            steps.removeFirst();
        }
    }
}
