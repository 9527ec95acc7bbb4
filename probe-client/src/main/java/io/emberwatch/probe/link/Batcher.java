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
 * Takes as many spooled readings as surely fit into one frame of READINGS or HISTORY. Stateless.
 *
 * <p>How long a frame gets is known only once it is encoded, but each part has a longest form: a varint of 64 bits takes 10
 * bytes, one of at most 21 bits 3. The estimate is three to five times what readings really take, so a frame stays well
 * below its limit; that costs nothing, since several are in flight.
 */
final class Batcher {
    private static final int VARINT = 10;
    private static final int SHORT_VARINT = 3;
    /** What HISTORY has and READINGS has not. */
    private static final int UP_TO = VARINT;
    /** Type, up to, first sequence, count and time. */
    private static final int HEAD_BYTES = 1 + UP_TO + VARINT + SHORT_VARINT + VARINT;

    private Batcher() {}

    /**
     * The first of {@code readings}, at least one.
     *
     * @param readings one or more
     * @param maxFrameBytes 1024 or more; a single reading that is longer still goes without its GPUs
     */
    static List<Reading> fill(List<SpooledReading> readings, GpuIndex gpus, int maxFrameBytes) {
        List<Reading> batch = new ArrayList<>();
        int longest = HEAD_BYTES;
        for (SpooledReading spooled : readings) {
            Reading reading = toWire(spooled, gpus);
            longest += longestForm(reading);
            if (longest > maxFrameBytes && !batch.isEmpty()) {
                break;
            }
            batch.add(reading);
        }
        return longest > maxFrameBytes && batch.size() == 1 ? single(batch.get(0), maxFrameBytes) : batch;
    }

    private static List<Reading> single(Reading reading, int maxFrameBytes) {
        List<Reading> batch = List.of(reading);
        int frameBytes = MessageCodec.encode(new Readings(batch)).remaining() - Integer.BYTES + UP_TO + VARINT;
        return frameBytes <= maxFrameBytes
                ? batch
                : List.of(new Reading(reading.sequence(), reading.takenAt(), reading.machine(), List.of()));
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
