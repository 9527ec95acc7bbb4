package io.emberwatch.probe.spool.disk;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment, big-endian.
 *
 * <pre>
 *  0        4        8           24            40       48          56           64           72       76
 * ┌────────┬────────┬───────────┬─────────────┬────────┬───────────┬────────────┬────────────┬────────┐
 * │ "EMSP" │ form 1 │ boot id   │ kernel's    │ first  │ last      │ created at │ running    │ CRC-32C│
 * │  u32   │  u32   │ (UUID)    │ boot id     │ sequ.  │ given     │ (ms, UTC)  │ time (ms)  │        │
 * └────────┴────────┴───────────┴─────────────┴────────┴───────────┴────────────┴────────────┴────────┘
 * </pre>
 *
 * @param kernelBootId names the time since the machine was started
 * @param first the segment's first sequence, which is its name too
 * @param lastGiven the last sequence that may have been given before this start (see {@link Numbering}); what is
 *     neither held nor stored up to there, or in this start before {@code first}, is lost
 * @param createdAtMillis for people
 * @param runningMillis for how long probes had run on this spool when the segment began
 */
record SegmentHeader(
        UUID bootId, UUID kernelBootId, long first, long lastGiven, long createdAtMillis, long runningMillis) {
    static final int BYTES = 76;
    private static final int MAGIC = 0x454D5350;
    private static final int FORM = 1;

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putInt(MAGIC).putInt(FORM);
        out.putLong(bootId.getMostSignificantBits()).putLong(bootId.getLeastSignificantBits());
        out.putLong(kernelBootId.getMostSignificantBits()).putLong(kernelBootId.getLeastSignificantBits());
        out.putLong(first).putLong(lastGiven).putLong(createdAtMillis).putLong(runningMillis);
        out.putInt(crc(out));
        return out.flip();
    }

    /** Empty if these bytes are not the header of the segment that begins with {@code first}. */
    static Optional<SegmentHeader> decode(ByteBuffer in, long first) {
        if (in.remaining() < BYTES || in.getInt(BYTES - Integer.BYTES) != crc(in)) {
            return Optional.empty();
        }
        ByteBuffer fields = in.duplicate();
        if (fields.getInt() != MAGIC || fields.getInt() != FORM) {
            return Optional.empty();
        }
        SegmentHeader header = new SegmentHeader(
                new UUID(fields.getLong(), fields.getLong()),
                new UUID(fields.getLong(), fields.getLong()),
                fields.getLong(),
                fields.getLong(),
                fields.getLong(),
                fields.getLong());
        return header.first == first && 0 <= header.lastGiven && header.lastGiven < first
                ? Optional.of(header)
                : Optional.empty();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), bytes.arrayOffset(), BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }
}
