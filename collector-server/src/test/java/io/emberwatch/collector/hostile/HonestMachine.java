package io.emberwatch.collector.hostile;

import io.emberwatch.collector.testing.SimulatedMachine;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A machine with some cards that gets too hot for some seconds, rarely enough for each time to be an alarm of its own.
 * So it is known which readings must have raised one. Thread-safe.
 */
final class HonestMachine implements SimulatedMachine {
    private static final int GPUS = 4;
    private static final int CYCLE = 150;
    private static final int HOT_FOR = 3;
    private static final double HOT_C = 96;
    private static final double COOL_C = 45;

    private final String name;
    private volatile long firstHot = Long.MAX_VALUE;

    HonestMachine(String name) {
        this.name = name;
    }

    /** Stays cool until this reading. */
    void becomesHotAt(long sequence) {
        firstHot = sequence;
    }

    @Override
    public MetricValues values(long sequence) {
        long wobble = sequence * 7919 % 100;
        return MetricValues.builder(Scope.MACHINE)
                .set(Metric.CPU_TEMP_C, isHot(sequence) ? HOT_C : COOL_C)
                .setRaw(Metric.CPU_UTIL_PERCENT, 300 + wobble)
                .setRaw(Metric.LOAD_1M, 200 + wobble)
                .setRaw(Metric.LOAD_PER_CORE, 20 + wobble / 10)
                .setRaw(Metric.MEM_USED_BYTES, (200L << 30) + (wobble << 20))
                .setRaw(Metric.MEM_TOTAL_BYTES, 512L << 30)
                .setRaw(Metric.NET_RX_BYTES_PER_S, 50_000_000 + wobble * 12_345)
                .setRaw(Metric.UPTIME_S, 1_000 + sequence)
                .setRaw(Metric.GPU_DRIVER_FAULT, 0)
                .build();
    }

    @Override
    public List<GpuInfo> gpus() {
        return IntStream.range(0, GPUS)
                .mapToObj(slot -> GpuInfo.withoutLimits(gpu(slot), "NVIDIA H200", "0000:" + slot + "b:00.0"))
                .toList();
    }

    @Override
    public List<GpuValues> gpuValues(long sequence) {
        long wobble = sequence * 7919 % 100;
        return IntStream.range(0, GPUS)
                .mapToObj(slot -> new GpuValues(
                        slot,
                        MetricValues.builder(Scope.GPU)
                                .setRaw(Metric.GPU_TEMP_C, 500 + wobble)
                                .setRaw(Metric.GPU_UTIL_PERCENT, 900 - wobble)
                                .setRaw(Metric.GPU_MEM_USED_BYTES, (60L << 30) + (wobble << 20))
                                .setRaw(Metric.GPU_POWER_W, 5_000 + wobble)
                                .setRaw(Metric.GPU_FAULT, 0)
                                .build(),
                        List.of()))
                .toList();
    }

    String gpu(int slot) {
        return "GPU-honest-" + name + "-" + slot;
    }

    /** How often it must have been raised in so many readings. */
    long alarmsWithin(long lastSequence) {
        return lastSequence < firstHot ? 0 : (lastSequence - firstHot) / CYCLE + 1;
    }

    private boolean isHot(long sequence) {
        return sequence >= firstHot && (sequence - firstHot) % CYCLE < HOT_FOR;
    }
}
