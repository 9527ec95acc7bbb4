package io.emberwatch.probe.link;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
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
 * <p>How long a frame gets is known only once it is encoded, but each part has a longest form: a varint of 64 bits
 * takes 10 bytes, one of at most 21 bits 3. Mostly all readings fit by that estimate. It is three to five times what
 * they really take, so where they do not, a batch is measured and filled up.
 */
final class Batcher {
    private static final int VARINT = 10;
    private static final int SHORT_VARINT = 3;
    /** What HISTORY has and READINGS has not. */
    private static final int UP_TO = VARINT;
    /** Type, up to, first sequence, count and time. */
    private static final int HEAD_BYTES = 1 + UP_TO + VARINT + SHORT_VARINT + VARINT;

    /** Readings differ in length: what follows may be longer than what came before. */
    private static final int FULL_PERCENT = 90;

    private static final int REFINEMENTS = 2;

    private Batcher() {}

    /**
     * The first of {@code readings}, at least one.
     *
     * @param readings one or more
     * @param maxFrameBytes 1024 or more; a single reading that is longer still goes without its GPUs
     */
    static List<Reading> fill(List<Sample.Numbered> readings, GpuIndex gpus, int maxFrameBytes) {
        List<Reading> batch = new ArrayList<>();
        int longest = HEAD_BYTES;
        for (Sample.Numbered spooled : readings) {
            Reading reading = toWire(spooled, gpus);
            longest += longestForm(reading);
            if (longest > maxFrameBytes && !batch.isEmpty()) {
                break;
            }
            batch.add(reading);
        }
        if (longest <= maxFrameBytes) {
            return batch;
        }
        return batch.size() == 1 && lengthOf(batch) > maxFrameBytes
                ? withoutGpus(batch.get(0))
                : filledUp(batch, readings, gpus, maxFrameBytes);
    }

    /** There is more to send: as many as fit by the length that those so far really have. */
    private static List<Reading> filledUp(
            List<Reading> first, List<Sample.Numbered> readings, GpuIndex gpus, int maxFrameBytes) {
        List<Reading> batch = first;
        for (int i = 0; i < REFINEMENTS && batch.size() < readings.size(); i++) {
            long room = (long) maxFrameBytes * FULL_PERCENT / 100;
            int more = (int) Math.min(readings.size(), batch.size() * room / lengthOf(batch));
            if (more <= batch.size()) {
                break;
            }
            List<Reading> larger = new ArrayList<>(batch);
            readings.subList(batch.size(), more).forEach(spooled -> larger.add(toWire(spooled, gpus)));
            if (lengthOf(larger) > maxFrameBytes) {
                break;
            }
            batch = larger;
        }
        return batch;
    }

    /** Of the frame, at most. */
    private static int lengthOf(List<Reading> batch) {
        return MessageCodec.lengthOf(new Readings(batch)) + UP_TO + VARINT;
    }

    private static List<Reading> withoutGpus(Reading reading) {
        return List.of(new Reading(reading.sequence(), reading.takenAt(), reading.machine(), List.of()));
    }

    private static Reading toWire(Sample.Numbered spooled, GpuIndex index) {
        // A reading must not have a GPU twice, and a driver may claim that two GPUs are the same.
        Map<Integer, GpuValues> gpus = new LinkedHashMap<>();
        for (GpuSample gpu : spooled.sample().gpus()) {
            index.positionOf(gpu.uuid())
                    .ifPresent(
                            position -> gpus.putIfAbsent(position, new GpuValues(position, gpu.values(), gpu.xids())));
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
            bytes += SHORT_VARINT + VARINT * gpu.xids().size();
        }
        return bytes;
    }
}
