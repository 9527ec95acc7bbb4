package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bytes received and sent, from {@code /sys/class/net}. Only interfaces with a device behind them count: what goes through
 * loopback, bridges, bonds and the pairs of containers either never leaves the machine or is counted at the hardware.
 */
final class NetSampler implements Sampler {
    private final KernelTree tree;
    private final LongSupplier nanoTime;
    private final CounterRates received = new CounterRates();
    private final CounterRates sent = new CounterRates();

    NetSampler(KernelTree tree, LongSupplier nanoTime) {
        this.tree = tree;
        this.nanoTime = nanoTime;
    }

    @Override
    public void sample(Readout readout) {
        Map<String, Long> bytesReceived = new HashMap<>();
        Map<String, Long> bytesSent = new HashMap<>();
        long now = nanoTime.getAsLong();
        for (Path card : tree.list(tree.sys("class/net"))) {
            if (Files.exists(card.resolve("device"))) {
                String name = card.getFileName().toString();
                tree.number(card.resolve("statistics/rx_bytes")).ifPresent(bytes -> bytesReceived.put(name, bytes));
                tree.number(card.resolve("statistics/tx_bytes")).ifPresent(bytes -> bytesSent.put(name, bytes));
            }
        }
        readout.put(Metric.NET_RX_BYTES_PER_S, received.perSecond(bytesReceived, now));
        readout.put(Metric.NET_TX_BYTES_PER_S, sent.perSecond(bytesSent, now));
    }
}
