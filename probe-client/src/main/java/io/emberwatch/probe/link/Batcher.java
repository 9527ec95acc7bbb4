package io.emberwatch.probe.link;

import io.emberwatch.probe.gpu.GpuSample;
import io.emberwatch.probe.spool.SpooledReading;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts as many spooled readings into one batch as surely fit into a frame. Stateless.
 *
 * <p>How long a frame gets is known only once it is encoded, but each part has a longest form: a varint of 64 bits takes 10
 * bytes, one of at most 21 bits 3. The estimate is three to five times what readings really take, so a frame stays well
 * below its limit; that costs nothing, since several are in flight.
 */
final class Batcher {
    private static final int VARINT = 10;
    private static final int SHORT_VARINT = 3;
    /** Type, first sequence and count. */
    private static final int BATCH_BYTES = 1 + VARINT + SHORT_VARINT + VARINT;

    private Batcher() {}

    /**
     * A batch of the first of {@code readings}, at least one.
     *
     * @param maxFrameBytes 1024 or more; a single reading that is longer still goes without its GPUs
     */
    static Readings fill(List<SpooledReading> readings, GpuIndex gpus, int maxFrameBytes) {
        List<Reading> batch = new ArrayList<>();
        int longest = BATCH_BYTES;
        for (SpooledReading spooled : readings) {
            Reading reading = toWire(spooled, gpus);
            longest += longestForm(reading);
            if (longest > maxFrameBytes && !batch.isEmpty()) {
                break;
            }
            batch.add(reading);
        }
        return longest > maxFrameBytes && batch.size() == 1 ? single(batch.get(0), maxFrameBytes) : new Readings(batch);
    }

    private static Readings single(Reading reading, int maxFrameBytes) {
        Readings batch = new Readings(List.of(reading));
        int frameBytes = MessageCodec.encode(batch).remaining() - Integer.BYTES;
        return frameBytes <= maxFrameBytes
                ? batch
                : new Readings(
                        List.of(new Reading(reading.sequence(), reading.takenAt(), reading.machine(), List.of())));
    }

    private static Reading toWire(SpooledReading spooled, GpuIndex index) {
        // A reading must not have a card twice, and a driver may claim that two cards are the same.
        Map<Integer, GpuValues> gpus = new LinkedHashMap<>();
        for (GpuSample gpu : spooled.sample().gpus()) {
            index.positionOf(gpu.uuid())
                    .ifPresent(position -> gpus.putIfAbsent(position, new GpuValues(position, gpu.values())));
        }
        return new Reading(
                spooled.sequence(), spooled.sample().takenAt(), spooled.sample().machine(), List.copyOf(gpus.values()));
    }

    private static int longestForm(Reading reading) {
        int bytes = SHORT_VARINT + VARINT + VARINT + SHORT_VARINT;
        bytes += VARINT * reading.machine().scope().metrics().size();
        for (GpuValues gpu : reading.gpus()) {
            bytes += SHORT_VARINT + SHORT_VARINT + VARINT;
            bytes += VARINT * gpu.values().scope().metrics().size();
        }
        return bytes;
    }
}
