package io.emberwatch.collector.bench;

import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestFleet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A fleet of simulated probes as a process of its own, which sends as fast as it is acknowledged. */
public final class FleetMain {
    private FleetMain() {}

    /**
     * Sends, waits until all is acknowledged, and prints how long that took.
     *
     * @param arguments port on loopback; file with a line {@code id name key} for each machine; readings for each
     *     machine; readings in a frame
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        InetSocketAddress collector = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        List<TestFleet.Member> machines = Files.readAllLines(Path.of(arguments[1])).stream()
                .map(line -> line.split(" ", -1))
                .map(words -> new TestFleet.Member(Integer.parseInt(words[0]), words[1], words[2]))
                .toList();
        int readingsEach = Integer.parseInt(arguments[2]);
        try (SimulatedFleet fleet =
                new SimulatedFleet(collector, machines, FullReadings::values, Integer.parseInt(arguments[3]))) {
            long total = (long) readingsEach * machines.size();
            fleet.take(readingsEach);
            long start = System.nanoTime();
            long end = start + TimeUnit.MINUTES.toNanos(5);
            while (fleet.acknowledged() < total && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(Locale.ROOT, "%d %.3f%n", fleet.acknowledged(), seconds);
        }
    }
}
