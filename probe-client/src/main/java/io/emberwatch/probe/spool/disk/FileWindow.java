package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads anywhere in a file, but holds only a part of it. Offsets must be within the file; where it turns out to be shorter,
 * there are zeros. Not thread-safe.
 */
final class FileWindow {
    private static final int BYTES = 256 << 10;

    private final SpoolFiles files;
    private final String name;
    private final long size;
    private final ByteBuffer window;
    private long start;
    private int length;

    FileWindow(SpoolFiles files, String name, long size) {
        this.files = files;
        this.name = name;
        this.size = size;
        this.window = ByteBuffer.allocate((int) Math.min(size, BYTES));
    }

    long size() {
        return size;
    }

    int getInt(long offset) throws IOException {
        return window.getInt(place(offset, Integer.BYTES));
    }

    int getByte(long offset) throws IOException {
        return window.get(place(offset, 1)) & 0xFF;
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
