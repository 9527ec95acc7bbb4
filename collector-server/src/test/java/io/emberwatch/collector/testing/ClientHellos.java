package io.emberwatch.collector.testing;

import java.nio.ByteBuffer;

/** First bytes of TLS connections that no client of today would send. */
public final class ClientHellos {
    private ClientHellos() {}

    /** A ClientHello as clients sent it before TLS 1.3 (RFC 5246, 7.4.1.2). */
    public static byte[] old(int minorVersion) {
        ByteBuffer hello = ByteBuffer.allocate(5 + 4 + 41);
        hello.put((byte) 22).put((byte) 3).put((byte) Math.min(minorVersion, 1)).putShort((short) 45);
        hello.put((byte) 1).put((byte) 0).putShort((short) 41);
        hello.put((byte) 3).put((byte) minorVersion).put(new byte[32]);
        hello.put((byte) 0)
                .putShort((short) 2)
                .putShort((short) 0xC02B)
                .put((byte) 1)
                .put((byte) 0);
        return hello.array();
    }

    /** 10,000 bytes or more of a ClientHello that claims to be so long, in records of so many bytes. */
    public static byte[] beginOf(int inRecord, int claimed) {
        ByteBuffer content = ByteBuffer.allocate(Math.max(inRecord, 10_000));
        content.putInt(1 << 24 | claimed).rewind();
        ByteBuffer records = ByteBuffer.allocate(content.capacity() / inRecord * (5 + inRecord));
        while (records.hasRemaining()) {
            records.put((byte) 22).put((byte) 3).put((byte) 3).putShort((short) inRecord);
            records.put(content.slice(content.position(), inRecord));
            content.position(content.position() + inRecord);
        }
        return records.array();
    }
}
