package io.emberwatch.protocol;

import io.emberwatch.protocol.auth.Bytes32;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Writes the protocol's primitive forms into a growing buffer. Not thread-safe. */
final class WireWriter {
    private static final int INITIAL_BYTES = 256;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;

    int size() {
        return size;
    }

    void u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void u32(int value) {
        ensure(Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(size, value);
        size += Integer.BYTES;
    }

    void u64(long value) {
        ensure(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(size, value);
        size += Long.BYTES;
    }

    /** Seven bits a byte, lowest first; the top bit says that more follow. At most ten bytes. */
    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            u8((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        u8((int) rest);
    }

    /** Signed: 0, −1, 1, −2, 2 … as varint 0, 1, 2, 3, 4 …. */
    void zigzag(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    void uuid(UUID value) {
        u64(value.getMostSignificantBits());
        u64(value.getLeastSignificantBits());
    }

    void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        raw(utf8, utf8.length);
    }

    void bytes32(Bytes32 value) {
        raw(value.toArray(), Bytes32.LENGTH);
    }

    /** What {@code nested} holds, with its length before it. */
    void nested(WireWriter nested) {
        varint(nested.size);
        raw(nested.bytes, nested.size);
    }

    /** Overwrites four bytes written earlier. */
    void patchU32(int position, int value) {
        ByteBuffer.wrap(bytes).putInt(position, value);
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void raw(byte[] source, int length) {
        ensure(length);
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
