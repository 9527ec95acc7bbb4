package io.emberwatch.collector.hostile;

import io.emberwatch.collector.hostile.RawReadings.Raw;
import io.emberwatch.collector.hostile.RawReadings.RawGpu;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.WireLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A way to misbehave: what a box does each 20 ms for as long as it is connected and its socket takes more. */
enum Misbehaviour {
    IDLE(box -> {}),

    /** Every value of every card is huge: no database takes it, and what it says of that is long. */
    HUGE_VALUES(box -> {
        showOwnGpus(box);
        if (box.hasBatchLeft() && box.ticks() % 2 == 0) {
            box.sendReadings(List.of(reading(values(Scope.MACHINE, 1L << 40), eachGpu(i -> hugeValues(box.random())))));
        }
    }),

    /** What a broken driver says, beside values that are true. */
    IMPOSSIBLE_VALUES(box -> {
        showOwnGpus(box);
        if (box.hasBatchLeft()) {
            SortedMap<Metric, Long> gpu = new TreeMap<>();
            gpu.put(Metric.GPU_TEMP_C, 700L);
            gpu.put(Metric.GPU_POWER_W, 42_949_672L);
            gpu.put(Metric.GPU_ECC_CORRECTED_COUNT, 1_000_000_000_000_000_000L);
            gpu.put(Metric.GPU_ECC_UNCORRECTED_COUNT, 1_000_000_000_000_000_000L);
            gpu.put(Metric.GPU_FAULT, -1L);
            SortedMap<Metric, Long> machine = new TreeMap<>();
            machine.put(Metric.CPU_TEMP_C, Long.MIN_VALUE);
            machine.put(Metric.UPTIME_S, Long.MAX_VALUE);
            box.sendReadings(List.of(reading(machine, List.of(new RawGpu(0, gpu, List.of())))));
        }
    }),

    /** One value that no unsigned column takes, in as many readings as fit. */
    NEGATIVE_VALUES(box -> {
        SortedMap<Metric, Long> fan = new TreeMap<>();
        fan.put(Metric.FAN_RPM, -1L);
        if (box.hasBatchLeft()) {
            box.sendReadings(Collections.nCopies(WireLimits.MAX_READINGS_PER_FRAME, reading(fan, List.of())));
        }
    }),

    /** Four limits of 64 cards are crossed and left again 45 times in each frame. */
    FLIPPED_LIMITS(box -> {
        showOwnGpus(box);
        if (box.hasBatchLeft() && box.ticks() % 5 == 0) {
            List<Raw> readings = IntStream.range(0, 45)
                    .mapToObj(i -> reading(none(), eachGpu(gpu -> flipped(i % 2 == 0))))
                    .toList();
            box.sendReadings(readings);
        }
    }),

    /** Each of a thousand readings refers to a card that was never shown. */
    UNSTORABLE_READINGS(box -> {
        if (box.ticks() == 1) {
            box.sendInventory(List.of(), "");
        }
        if (box.hasBatchLeft() && box.ticks() % 5 == 0) {
            box.sendReadings(Collections.nCopies(
                    WireLimits.MAX_READINGS_PER_FRAME, reading(none(), List.of(new RawGpu(63, none(), List.of())))));
        }
    }),

    /** A row for each of 64 cards of which there is nothing to say, 64 times in a frame. */
    EMPTY_CARDS(box -> {
        showOwnGpus(box);
        if (box.hasBatchLeft() && box.ticks() % 5 == 0) {
            box.sendReadings(Collections.nCopies(64, reading(none(), eachGpu(gpu -> none()))));
        }
    }),

    /** Inventories as large as a frame, with cards that nobody has heard of. */
    INVENTORIES(box -> box.sendInventory(box.newGpus(), "x".repeat(200))),

    /** Small ones, as many as go. */
    SMALL_INVENTORIES(box ->
            repeat(20, box, i -> box.sendInventory(List.of("GPU-" + box.random().nextLong()), ""))),

    /** New cards all the time, each with a reading. */
    INVENTED_CARDS(box -> {
        if (box.hasBatchLeft()) {
            box.sendInventory(box.newGpus(), "");
            box.sendReadings(List.of(reading(none(), eachGpu(gpu -> values(Scope.GPU, 50)))));
        }
    }),

    /** The cards of honest machines, claimed and dropped and claimed again. */
    CARDS_OF_OTHERS(box -> {
        if (box.ticks() % 25 == 1) {
            box.sendInventory(box.ticks() % 75 == 1 ? List.of() : box.gpusOfOthers(), "");
        } else if (box.hasBatchLeft() && box.ticks() % 25 == 5) {
            box.sendReadings(List.of(reading(driverIsFine(), List.of())));
        }
    }),

    /** Losses of readings that there never were. */
    LOSSES(box -> repeat(50, box, i -> {
        long last = box.skipSequences(10);
        Instant now = Instant.now();
        box.send(new Lost(last - 9, last, 10, now.minusSeconds(10), now, Lost.Reason.SPOOL_FULL));
    })),

    /** One loss of nearly all numbers that there are. */
    LOSS_OF_EVERYTHING(box -> {
        if (box.ticks() == 1) {
            Instant now = Instant.now();
            box.send(new Lost(1, WireLimits.MAX_SEQUENCE, WireLimits.MAX_SEQUENCE, now, now, Lost.Reason.TOO_OLD));
            box.skipSequences(WireLimits.MAX_SEQUENCE - 2 - box.skipSequences(0));
            box.sendReadings(List.of(reading(none(), List.of())));
        } else if (box.ticks() == 20) {
            box.forgetNumbering();
            box.disconnect();
        }
    }),

    /** As many XID errors as a reading holds, of each card. */
    XIDS(box -> {
        showOwnGpus(box);
        if (box.hasBatchLeft() && box.ticks() % 5 == 0) {
            List<Integer> xids = Collections.nCopies(WireLimits.MAX_XIDS, 79);
            List<RawGpu> gpus = IntStream.range(0, WireLimits.MAX_GPUS)
                    .mapToObj(i -> new RawGpu(i, none(), xids))
                    .toList();
            box.sendReadings(Collections.nCopies(16, reading(none(), gpus)));
        }
    }),

    /** Other processes at each look. */
    PROCESSES(box -> {
        showOwnGpus(box);
        repeat(3, box, i -> {
            List<GpuProcesses.OnGpu> processes = IntStream.range(0, WireLimits.MAX_GPU_PROCESSES)
                    .mapToObj(n -> new GpuProcesses.OnGpu(
                            n % WireLimits.MAX_GPUS,
                            box.random().nextInt(1 << 22),
                            "p".repeat(200) + n,
                            "u".repeat(200),
                            1 << 20))
                    .toList();
            box.send(new GpuProcesses(Instant.now(), processes));
        });
    }),

    /** Dated years ahead, and years ago. */
    OTHER_TIMES(box -> {
        if (box.hasBatchLeft()) {
            List<Raw> readings = Stream.generate(() -> new Raw(
                            Instant.now().plus(Duration.ofDays(box.random().nextInt(-9_000, 90_000))),
                            none(),
                            List.of()))
                    .limit(200)
                    .toList();
            box.sendReadings(readings);
        }
    }),

    /** A goodbye behind a flood of pings. */
    PINGS_THEN_BYE(box -> {
        repeat(500, box, i -> box.send(new Ping(i)));
        if (box.ticks() == 10) {
            box.send(new Bye(Bye.Reason.STOPPED, "so long"));
        }
    }),

    /** Proves who it is, and is gone. */
    RECONNECTS(HostileBox::disconnect) {
        @Override
        boolean reconnectsAtOnce() {
            return true;
        }
    },

    /** Has much answered, and reads none of it. */
    DEAF(box -> {
        if (box.ticks() == 1) {
            box.stopReading();
        }
        repeat(200, box, i -> box.send(new Ping(i)));
    }),

    /** More batches than the collector allows before the first of them is acknowledged. */
    TOO_MANY_BATCHES(box -> repeat(40, box, i -> box.sendReadings(List.of(reading(driverIsFine(), List.of())))));

    /** None of them holds anything that changes: that is the box's. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<HostileBox> tick;

    Misbehaviour(Consumer<HostileBox> tick) {
        this.tick = tick;
    }

    void tick(HostileBox box) {
        if (box.mayTakeMore()) {
            tick.accept(box);
        }
    }

    /** Whether it does not wait a moment once it is cut off. */
    boolean reconnectsAtOnce() {
        return false;
    }

    private static void repeat(int times, HostileBox box, Consumer<Integer> action) {
        for (int i = 0; i < times && box.mayTakeMore(); i++) {
            action.accept(i);
        }
    }

    private static void showOwnGpus(HostileBox box) {
        if (box.ticks() == 1) {
            box.sendInventory(box.ownGpus(), "");
        }
    }

    private static Raw reading(SortedMap<Metric, Long> machine, List<RawGpu> gpus) {
        return new Raw(Instant.now(), machine, gpus);
    }

    private static List<RawGpu> eachGpu(IntFunction<SortedMap<Metric, Long>> values) {
        return IntStream.range(0, WireLimits.MAX_GPUS)
                .mapToObj(i -> new RawGpu(i, values.apply(i), List.of()))
                .toList();
    }

    private static SortedMap<Metric, Long> none() {
        return Collections.emptySortedMap();
    }

    private static SortedMap<Metric, Long> values(Scope scope, long raw) {
        SortedMap<Metric, Long> values = new TreeMap<>();
        Stream.of(Metric.values()).filter(metric -> metric.scope() == scope).forEach(metric -> values.put(metric, raw));
        return values;
    }

    private static SortedMap<Metric, Long> hugeValues(Random random) {
        SortedMap<Metric, Long> values = values(Scope.GPU, 0);
        values.replaceAll((metric, raw) -> random.nextLong());
        return values;
    }

    private static SortedMap<Metric, Long> flipped(boolean isBad) {
        SortedMap<Metric, Long> values = new TreeMap<>();
        values.put(Metric.GPU_ECC_UNCORRECTED_COUNT, isBad ? 1L : 0L);
        values.put(Metric.GPU_ROW_REMAP_PENDING, isBad ? 1L : 0L);
        values.put(Metric.GPU_ROW_REMAP_FAILED, isBad ? 1L : 0L);
        values.put(Metric.GPU_FATAL_XID, isBad ? 79L : 0L);
        return values;
    }

    private static SortedMap<Metric, Long> driverIsFine() {
        SortedMap<Metric, Long> values = new TreeMap<>();
        values.put(Metric.GPU_DRIVER_FAULT, 0L);
        return values;
    }
}
