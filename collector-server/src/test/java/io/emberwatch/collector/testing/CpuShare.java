package io.emberwatch.collector.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What other processes leave of this machine's processors to this one and those that it has started, and how long it
 * stands still for all of them. Thread-safe.
 */
public final class CpuShare {
    /** However busy the others are, the kernel gives this one some. */
    private static final double LEAST = 1.0 / 32;

    private final Ticks begun;
    private final Duration stoodStill;

    private CpuShare(Ticks begun, Duration stoodStill) {
        this.begun = begun;
        this.stoodStill = stoodStill;
    }

    public static CpuShare sinceNow() {
        return new CpuShare(Ticks.now(), Standstills.sum());
    }

    /** Between 1/32 and 1: what others have not used since. Nothing that these do makes it less. */
    public double left() {
        Ticks now = Ticks.now();
        double all = Math.max(1, now.all - begun.all);
        double ofOthers = now.busy - begun.busy - (now.ours - begun.ours);
        return Math.max(LEAST, Math.min(1, 1 - ofOthers / all));
    }

    /** How long the machine has stood still since, seconds at a time. */
    public Duration stoodStill() {
        return Standstills.sum().minus(stoodStill);
    }

    /**
     * As much time on a machine that others keep busy, or that stands still, as this much on one that they leave alone.
     */
    public Duration stretch(Duration time) {
        return Duration.ofMillis(Math.round(time.toMillis() / left())).plus(stoodStill());
    }

    /** A machine that stands still ends no wait of anybody: neither of this thread, which only waits. */
    private static final class Standstills extends Thread {
        private static final long WAIT_MILLIS = 100;
        /** Less may be this JVM's own garbage collector. */
        private static final Duration LEAST = Duration.ofSeconds(1);

        private static final Standstills WATCH = new Standstills();

        private final AtomicLong nanos = new AtomicLong();

        private Standstills() {
            super("standstills");
            setDaemon(true);
            start();
        }

        static Duration sum() {
            return Duration.ofNanos(WATCH.nanos.get());
        }

        @Override
        public void run() {
            long before = System.nanoTime();
            while (true) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS));
                long now = System.nanoTime();
                if (now - before > LEAST.toNanos()) {
                    nanos.addAndGet(now - before);
                }
                before = now;
            }
        }
    }

    /** Processor time since the machine began, of all processors, in hundredths of a second. */
    private record Ticks(long all, long busy, long ours) {
        private static final int IDLE = 3;
        private static final int IO_WAIT = 4;
        /** Beyond are those of guests, which the first two contain. */
        private static final int KINDS = 8;

        static Ticks now() {
            long[] ticks = kinds();
            long all = LongStream.of(ticks).sum();
            return new Ticks(all, all - ticks[IDLE] - ticks[IO_WAIT], ofThisProcessAndThoseItStarted());
        }

        private static long[] kinds() {
            try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
                String cpu = lines.findFirst().orElseThrow();
                return Stream.of(cpu.split(" +", -1))
                        .skip(1)
                        .limit(KINDS)
                        .mapToLong(Long::parseLong)
                        .toArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static long ofThisProcessAndThoseItStarted() {
            ProcessHandle self = ProcessHandle.current();
            return Stream.concat(Stream.of(self), self.descendants())
                    .mapToLong(process -> process.info()
                            .totalCpuDuration()
                            .orElse(Duration.ZERO)
                            .dividedBy(Duration.ofMillis(10)))
                    .sum();
        }
    }
}
