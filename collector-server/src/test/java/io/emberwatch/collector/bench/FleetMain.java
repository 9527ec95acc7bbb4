package io.emberwatch.collector.bench;

import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A fleet of simulated probes as a process of its own, which sends as fast as it is acknowledged, or steadily. */
public final class FleetMain {
    private FleetMain() {}

    /**
     * Connects, sends, waits until all is acknowledged, and prints how many readings that were, how many seconds it
     * took and how many seconds connecting took.
     *
     * @param arguments port on loopback; file with a line {@code id name key} for each machine; readings for each
     *     machine; readings in a frame; optionally an interval in milliseconds: then each machine takes one reading an
     *     interval, until the process is ended or ten minutes are over
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        InetSocketAddress collector =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        List<TestFleet.Member> machines = Files.readAllLines(Path.of(arguments[1])).stream()
                .map(line -> line.split(" ", -1))
                .map(words -> new TestFleet.Member(Integer.parseInt(words[0]), words[1], MachineKey.parse(words[2])))
                .toList();
        int readingsEach = Integer.parseInt(arguments[2]);
        try (SimulatedFleet fleet =
                new SimulatedFleet(collector, machines, FullReadings::values, Integer.parseInt(arguments[3]))) {
            if (arguments.length > 4) {
                fleet.sampleEvery(Duration.ofMillis(Long.parseLong(arguments[4])));
                TimeUnit.MINUTES.sleep(10);
                return;
            }
            double connecting = secondsUntil(() -> fleet.connected() == machines.size());
            long total = (long) readingsEach * machines.size();
            fleet.take(readingsEach);
            double sending = secondsUntil(() -> fleet.acknowledged() == total);
            System.out.printf(Locale.ROOT, "%d %.3f %.3f%n", fleet.acknowledged(), sending, connecting);
        }
    }

    private static double secondsUntil(BooleanSupplier done) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + TimeUnit.MINUTES.toNanos(5);
        while (!done.getAsBoolean() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
