package io.emberwatch.probe.spool.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.testing.Seeds;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a spool on a fake disk, against what a reader of its promises would expect; see {@link Seeds}.
 */
final class SpoolRandomTest {
    private static final int HISTORIES = 16;
    private static final int STEPS = 120;
    private static final int STEPS_PER_CHECK = 15;

    @Test
    void whatever_happens_each_reading_is_there_or_with_the_collector_or_in_a_loss() {
        Seeds.first(HISTORIES).forEach(seed -> {
            History history = new History(seed);
            try {
                history.play();
            } catch (IOException | RuntimeException | AssertionError e) {
                fail("-Demberwatch.seed=" + seed + " plays this again, the last steps: " + history.steps, e);
            }
        });
    }

    /** One history with what it expects. */
    private static final class History {
        final Deque<String> steps = new ArrayDeque<>();
        private final Random random;
        private final ProbeMachine machine;
        /** Every reading taken that the spool may not lose in silence, and its value. */
        private final Map<Long, Long> taken = new TreeMap<>();

        private final TreeSet<Long> given = new TreeSet<>();
        private final TreeSet<Long> withCollector = new TreeSet<>();
        private long acknowledgedUnderThisBootId;
        private boolean storedOnesMayReturn;
        /** Those that were only in memory when the process was killed. */
        private final TreeSet<Long> mayBeMissing = new TreeSet<>();

        private final boolean damages;
        private long value;
        private UUID bootId;
        private boolean bootIdIsForced;
        private boolean inTrouble;
        private boolean powerLost;
        private long writtenUpTo;

        History(long seed) {
            random = new Random(seed);
            machine = new ProbeMachine(seed);
            machine.limits =
                    new SpoolLimits(SpoolLimits.MIN_BYTES, Duration.ofDays(7), 20_000 + random.nextInt(400_000));
            damages = random.nextInt(3) == 0;
        }

        void play() throws IOException {
            machine.open();
            bootId = machine.spool.bootId();
            for (int step = 0; step < STEPS; step++) {
                if (step() || step % STEPS_PER_CHECK == 0) {
                    check();
                }
                noteWritten();
            }
            machine.disk.heal();
            quietly("write at last", machine.spool::write);
            quietly("force at last", machine.spool::force);
            check();
        }

        /** One step; whether it calls for a check. */
        private boolean step() throws IOException {
            int kind = random.nextInt(100);
            if (kind < 45) {
                append(1 + random.nextInt(12));
            } else if (kind < 52) {
                append(100 + random.nextInt(900));
            } else if (kind < 68) {
                acknowledge();
            } else if (kind < 78) {
                quietly("force", () -> {
                    machine.spool.write();
                    machine.spool.force();
                    bootIdIsForced = true;
                });
            } else if (kind < 84) {
                quietly("tidy", machine.spool::tidy);
            } else if (kind < 88) {
                restart();
                return true;
            } else if (kind < 95) {
                trouble();
            } else if (kind < 96) {
                logStep("begin anew");
                machine.spool.beginAnew();
                bootId = machine.spool.bootId();
                bootIdIsForced = false;
                acknowledgedUnderThisBootId = 0;
                storedOnesMayReturn |= inTrouble;
            } else {
                logStep("clock");
                machine.setClock(ProbeMachine.START.plus(Duration.ofDays(random.nextInt(4000) - 2000)));
            }
            return false;
        }

        private void append(int readings) {
            logStep("append " + readings);
            for (int i = 0; i < readings; i++) {
                String[] gpus = random.nextInt(4) == 0 ? new String[] {"GPU-" + random.nextInt(3)} : new String[0];
                long sequence = machine.spool.append(ProbeMachine.sample(machine.now(), ++value, gpus));
                assertThat(given.isEmpty() || sequence > given.last())
                        .as("sequences rise")
                        .isTrue();
                given.add(sequence);
                taken.put(sequence, value);
                machine.pass(Duration.ofMillis(200));
                if (random.nextInt(3) == 0) {
                    quietly("write one", machine.spool::write);
                }
            }
            quietly("write", machine.spool::write);
        }

        private void acknowledge() {
            List<Sample.Numbered> ready = machine.spool.peek(0, Long.MAX_VALUE, 1 + random.nextInt(600));
            if (!ready.isEmpty()) {
                long upTo = ready.get(random.nextInt(ready.size())).sequence();
                logStep("acknowledge " + upTo);
                withCollector.addAll(given.headSet(upTo, true));
                acknowledgedUnderThisBootId = upTo;
                machine.spool.acknowledge(AcknowledgedRange.upTo(upTo));
                withCollector.forEach(taken::remove);
            }
        }

        private void restart() throws IOException {
            int how = random.nextInt(3);
            machine.disk.heal();
            inTrouble = false;
            if (how == 0) {
                logStep("stop");
                machine.spool.close();
                reopen();
            } else if (how == 1) {
                logStep("kill");
                mayBeMissing.addAll(given.tailSet(writtenUpTo, false));
                machine.disk.crashProcess();
                reopen();
            } else {
                logStep("power loss");
                powerLost = true;
                mayBeMissing.addAll(given.tailSet(writtenUpTo, false));
                machine.disk.crashMachine();
                reopen();
            }
        }

        private void reopen() throws IOException {
            machine.open();
            if (bootIdIsForced && !damages) {
                assertThat(machine.spool.bootId()).as("the boot id stays").isEqualTo(bootId);
            }
            bootId = machine.spool.bootId();
            machine.spool.acknowledge(AcknowledgedRange.upTo(acknowledgedUnderThisBootId));
        }

        private void trouble() throws IOException {
            int kind = random.nextInt(8);
            logStep("trouble " + kind);
            inTrouble = true;
            switch (kind) {
                case 0 -> machine.disk.setCapacity(machine.disk.bytes() + random.nextInt(3000));
                case 1 -> machine.disk.setReadOnly(true);
                case 2 -> machine.disk.failWriteAfter(random.nextInt(4));
                case 3 -> {
                    machine.disk.failForceAfter(random.nextInt(4));
                    bootIdIsForced = false;
                }
                case 4 -> machine.disk.failDeleteAfter(random.nextInt(2));
                case 5 -> {
                    if (damages) {
                        List<String> segments = machine.segments();
                        if (!segments.isEmpty()) {
                            machine.disk.flipBit(segments.get(random.nextInt(segments.size())));
                        }
                    }
                }
                default -> {
                    machine.disk.heal();
                    inTrouble = false;
                }
            }
        }

        private void noteWritten() {
            if (machine.spool.isWritten() && !given.isEmpty()) {
                writtenUpTo = given.last();
            }
        }

        private void check() {
            Map<Long, Long> held = new TreeMap<>();
            long last = 0;
            for (Sample.Numbered reading : machine.readings()) {
                assertThat(reading.sequence()).as("peeked in order").isGreaterThan(last);
                last = reading.sequence();
                held.put(last, reading.sample().machine().raw(Metric.UPTIME_S));
            }
            List<Lost> losses = machine.losses();
            taken.forEach((sequence, number) -> {
                if (held.containsKey(sequence)) {
                    assertThat(held.get(sequence)).as("content of " + sequence).isEqualTo(number);
                } else if (!mayBeMissing.contains(sequence)) {
                    assertThat(losses)
                            .as("a loss that covers " + sequence)
                            .anyMatch(lost -> lost.firstSequence() <= sequence && sequence <= lost.lastSequence());
                }
            });
            TreeSet<Long> madeUp = new TreeSet<>(held.keySet());
            madeUp.removeAll(storedOnesMayReturn ? given : taken.keySet());
            assertThat(madeUp).as("nothing is made up or comes back").isEmpty();
            if (!powerLost && !damages && mayBeMissing.isEmpty()) {
                assertThat(losses).allMatch(lost -> Losses.isEviction(lost.reason()));
            }
            assertThat(machine.spool.depth()).as("depth").isEqualTo(held.size());
            assertThat(machine.disk.bytes())
                    .isLessThan(
                            machine.limits.maxBytes() + machine.limits.segmentBytes() + 3L * Checkpoint.BYTES + 4096);
        }

        private interface DiskWork {
            void run() throws IOException;
        }

        private void quietly(String name, DiskWork work) {
            try {
                work.run();
                logStep(name);
            } catch (IOException e) {
                logStep(name + ": " + e.getMessage());
            }
        }

        private void logStep(String step) {
            steps.addLast(step);
            if (steps.size() > 25) {
                steps.removeFirst();
            }
        }
    }
}
