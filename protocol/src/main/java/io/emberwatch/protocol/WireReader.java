package io.emberwatch.protocol;

import io.emberwatch.protocol.auth.Bytes32;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Reads the protocol's primitive forms, each checked against what is left before anything is allocated. Not
 * thread-safe.
 */
final class WireReader {
    private static final int MAX_VARINT_SHIFT = 63;

    private final ByteBuffer in;

    WireReader(ByteBuffer in) {
        this.in = in;
    }

    int remaining() {
        return in.remaining();
    }

    int u8() throws ProtocolException {
        need(1);
        return in.get() & 0xFF;
    }

    int u32() throws ProtocolException {
        need(Integer.BYTES);
        return in.getInt();
    }

    long u64() throws ProtocolException {
        need(Long.BYTES);
        return in.getLong();
    }

    long varint() throws ProtocolException {
        long value = 0;
        for (int shift = 0; shift <= MAX_VARINT_SHIFT; shift += 7) {
            int next = u8();
            if (shift == MAX_VARINT_SHIFT && next > 1) {
                break;
            }
            value |= (long) (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw malformed("varint longer than 64 bits");
    }

    /** A varint that counts something of which there may be {@code min} to {@code max}. */
    int count(String what, int min, int max) throws ProtocolException {
        long value = varint();
        if (value < min || value > max) {
            throw malformed(what + " must be " + min + " to " + max + ", but is " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    /** A varint that is 0 or more as a signed number. */
    long natural(String what) throws ProtocolException {
        long value = varint();
        if (value < 0) {
            throw malformed(what + " is larger than 63 bits");
        }
        return value;
    }

    long zigzag() throws ProtocolException {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    UUID uuid() throws ProtocolException {
        return new UUID(u64(), u64());
    }

    String text(String what) throws ProtocolException {
        ByteBuffer utf8 = slice(count(what + " length", 0, WireLimits.MAX_TEXT_BYTES));
        try {
            CharBuffer text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(utf8);
            return text.toString();
        } catch (CharacterCodingException e) {
            throw malformed(what + " is not UTF-8");
        }
    }

    Bytes32 bytes32() throws ProtocolException {
        byte[] bytes = new byte[needed(Bytes32.LENGTH)];
        in.get(bytes);
        return Bytes32.of(bytes);
    }

    /** A reader of a part that stands with its length before it; what it leaves unread is skipped. */
    WireReader nested(String what) throws ProtocolException {
        return new WireReader(slice(count(what + " length", 0, in.remaining())));
    }

    static ProtocolException malformed(String message) {
        return new ProtocolException(RefusalCode.MALFORMED, message);
    }

    private ByteBuffer slice(int length) throws ProtocolException {
        ByteBuffer slice = in.slice(in.position(), needed(length));
        in.position(in.position() + length);
        return slice;
    }

    private int needed(int length) throws ProtocolException {
        need(length);
        return length;
    }

    private void need(int bytes) throws ProtocolException {
        if (in.remaining() < bytes) {
            throw malformed("message ends " + (bytes - in.remaining()) + " bytes too early");
        }
    }
}
