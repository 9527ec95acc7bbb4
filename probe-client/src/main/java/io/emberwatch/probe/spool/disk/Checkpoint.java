package io.emberwatch.probe.spool.disk;

import io.emberwatch.protocol.Lost;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What the spool keeps beside its readings. It may be older than they are; that costs nothing but repetition.
 *
 * <pre>
 * "EMSS" u32 │ form 2 u32 │ generation u64 │ boot id │ kernel's boot id │ last sequence │ start │ running time (ms)
 * │ count u32 │ count × [ first, last ] unacknowledged
 * │ count u32 │ count × [ first, last, count, from (ms), to (ms), reason u32 ] lost
 * │ zeros to {@value #BYTES} │ CRC-32C
 * </pre>
 *
 * @param generation rises with each one written
 * @param kernelBootId names the time since the machine was started
 * @param lastSequence given
 * @param start of the numbers of the process that wrote this (see {@link Numbering}), which may have given none yet
 * @param runningMillis for how long probes have run on this spool
 */
record Checkpoint(
        long generation,
        UUID bootId,
        UUID kernelBootId,
        long lastSequence,
        long start,
        long runningMillis,
        UnackedRanges unacked,
        List<Lost> losses) {
    static final int BYTES = 4096;
    private static final int MAGIC = 0x454D5353;
    private static final int FORM = 2;

    Checkpoint {
        losses = List.copyOf(losses);
    }

    /** Whether only time has passed between the two. */
    boolean saysTheSameAs(Checkpoint other) {
        return bootId.equals(other.bootId)
                && lastSequence == other.lastSequence
                && start == other.start
                && unacked.ranges().equals(other.unacked.ranges())
                && losses.equals(other.losses);
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putInt(MAGIC).putInt(FORM).putLong(generation);
        out.putLong(bootId.getMostSignificantBits()).putLong(bootId.getLeastSignificantBits());
        out.putLong(kernelBootId.getMostSignificantBits()).putLong(kernelBootId.getLeastSignificantBits());
        out.putLong(lastSequence).putLong(start).putLong(runningMillis);
        out.putInt(unacked.ranges().size());
        unacked.ranges().forEach(range -> out.putLong(range.first()).putLong(range.last()));
        out.putInt(losses.size());
        for (Lost lost : losses) {
            out.putLong(lost.firstSequence()).putLong(lost.lastSequence()).putLong(lost.count());
            out.putLong(lost.from().toEpochMilli()).putLong(lost.to().toEpochMilli());
            out.putInt(lost.reason().wireCode());
        }
        out.putInt(BYTES - Integer.BYTES, crc(out));
        return out.position(0);
    }

    /** Empty if these bytes are no checkpoint. */
    static Optional<Checkpoint> decode(ByteBuffer in) {
        if (in.remaining() < BYTES || in.getInt(BYTES - Integer.BYTES) != crc(in)) {
            return Optional.empty();
        }
        ByteBuffer fields = in.duplicate();
        if (fields.getInt() != MAGIC || fields.getInt() != FORM) {
            return Optional.empty();
        }
        try {
            long generation = fields.getLong();
            UUID bootId = new UUID(fields.getLong(), fields.getLong());
            UUID kernelBootId = new UUID(fields.getLong(), fields.getLong());
            long lastSequence = fields.getLong();
            long start = fields.getLong();
            long runningMillis = fields.getLong();
            List<SequenceRange> unacked = new ArrayList<>();
            for (int rest = count(fields, UnackedRanges.MAX_RANGES); rest > 0; rest--) {
                unacked.add(new SequenceRange(fields.getLong(), fields.getLong()));
            }
            List<Lost> losses = new ArrayList<>();
            for (int rest = count(fields, Losses.MAX_LOSSES); rest > 0; rest--) {
                losses.add(lost(fields));
            }
            return (lastSequence == 0 || Numbering.isPlausible(lastSequence)) && !unacked.isEmpty()
                    ? Optional.of(new Checkpoint(
                            generation,
                            bootId,
                            kernelBootId,
                            lastSequence,
                            start,
                            runningMillis,
                            new UnackedRanges(unacked),
                            losses))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Lost lost(ByteBuffer in) {
        long first = in.getLong();
        long last = in.getLong();
        long count = in.getLong();
        Instant from = Instant.ofEpochMilli(in.getLong());
        Instant to = Instant.ofEpochMilli(in.getLong());
        int code = in.getInt();
        for (Lost.Reason reason : Lost.Reason.values()) {
            if (reason.wireCode() == code) {
                return new Lost(first, last, count, from, to, reason);
            }
        }
        return new Lost(first, last, count, from, to, Lost.Reason.UNKNOWN);
    }

    private static int count(ByteBuffer in, int max) {
        int count = in.getInt();
        if (count < 0 || count > max) {
            throw new IllegalArgumentException("count out of range: " + count);
        }
        return count;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, BYTES - Integer.BYTES));
        return (int) crc.getValue();
    }
}
