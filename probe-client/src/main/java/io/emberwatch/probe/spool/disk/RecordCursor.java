package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Goes through the records of a segment and steps over what is damaged, to the next record that its CRC proves. Trusts
 * no length. Not thread-safe.
 *
 * <pre>
 *  0           4             8      9
 * ┌───────────┬─────────────┬──────┬──────┐
 * │ length u32│ CRC-32C u32 │ kind │ body │   length = 1 + bytes of body
 * └───────────┴─────────────┴──────┴──────┘
 * </pre>
 *
 * The CRC covers the first sequence of the segment (8 bytes, so that bytes of another segment prove nothing), the
 * length, the kind and the body.
 */
final class RecordCursor {
    static final int PREFIX_BYTES = 8;
    /** More than a frame, which is the most that a body holds. */
    static final int MAX_LENGTH = 80 << 10;
    /** How many bytes may be tried for a CRC while looking for the next record, so that no file takes long. */
    private static final long MAX_BYTES_TRIED = 16L << 20;

    private final Window file;
    private final long end;
    private final byte[] seed;
    private long offset;
    private long bytesTried;
    private boolean damageSeen;
    private long intactEnd;

    /**
     * @param offset where the first record begins
     * @param end of the file, as far as it is looked at
     */
    RecordCursor(SpoolFiles files, long firstSequence, long offset, long end) {
        this.file = new Window(files, Segment.nameOf(firstSequence), end);
        this.offset = offset;
        this.intactEnd = offset;
        this.end = end;
        this.seed = seed(firstSequence);
    }

    /**
     * @param offset of its first byte
     * @param body good until the next call of {@link #next()}
     */
    record Entry(long offset, int kind, ByteBuffer body) {}

    /** The next intact record, empty at the end. */
    Optional<Entry> next() throws IOException {
        while (offset < end) {
            int length = lengthHere();
            if (length > 0 && isIntact(length)) {
                long at = offset;
                offset += PREFIX_BYTES + length;
                intactEnd = offset;
                ByteBuffer content = file.slice(at + PREFIX_BYTES, length);
                int kind = content.get() & 0xFF;
                return Optional.of(new Entry(at, kind, content.slice()));
            }
            damageSeen = true;
            offset = bytesTried > MAX_BYTES_TRIED ? end : offset + 1;
        }
        return Optional.empty();
    }

    /** Whether anything was stepped over so far. */
    boolean damageSeen() {
        return damageSeen;
    }

    /** At the end: whether something stands behind the last intact record. */
    boolean endsTorn() {
        return intactEnd < end;
    }

    static byte[] seed(long firstSequence) {
        return ByteBuffer.allocate(Long.BYTES).putLong(firstSequence).array();
    }

    static int crc(byte[] seed, int length, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(seed);
        for (int shift = 24; shift >= 0; shift -= 8) {
            crc.update(length >>> shift);
        }
        crc.update(content);
        return (int) crc.getValue();
    }

    /** 0 if no record can begin here. */
    private int lengthHere() throws IOException {
        if (end - offset <= PREFIX_BYTES) {
            return 0;
        }
        int length = file.getInt(offset);
        return length > 0 && length <= MAX_LENGTH && length <= end - offset - PREFIX_BYTES ? length : 0;
    }

    private boolean isIntact(int length) throws IOException {
        bytesTried += damageSeen ? length : 0;
        int expected = file.getInt(offset + Integer.BYTES);
        return expected == crc(seed, length, file.slice(offset + PREFIX_BYTES, length));
    }

    /**
     * Reads anywhere in the file, but holds only a part of it. Offsets must be within the file; where it turns out to
     * be shorter, there are zeros.
     */
    private static final class Window {
        private static final int BYTES = 256 << 10;

        private final SpoolFiles files;
        private final String name;
        private final long size;
        private final ByteBuffer window;
        private long start;
        private int length;

        Window(SpoolFiles files, String name, long size) {
            this.files = files;
            this.name = name;
            this.size = size;
            this.window = ByteBuffer.allocate((int) Math.min(size, BYTES));
        }

        int getInt(long offset) throws IOException {
            return window.getInt(place(offset, Integer.BYTES));
        }

        /** A view that is good until the next call of any method. */
        ByteBuffer slice(long offset, int bytes) throws IOException {
            return window.slice(place(offset, bytes), bytes);
        }

        /** @param bytes at most {@value #BYTES} */
        private int place(long offset, int bytes) throws IOException {
            if (offset < start || offset + bytes > start + length) {
                start = offset;
                length = (int) Math.min(window.capacity(), size - offset);
                window.clear().limit(length);
                files.read(name, offset, window);
                while (window.hasRemaining()) {
                    window.put((byte) 0);
                }
                window.clear();
            }
            return (int) (offset - start);
        }
    }
}
