package io.emberwatch.collector.net.limits;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where connections come from, as limits count it: an IPv4 address, or the /64 of an IPv6 address, which is the least
 * that one customer has.
 *
 * @param prefix the 32 or the upper 64 bits
 */
record SourceAddress(boolean ipv6, long prefix) {
    private static final int IPV6_BYTES = 16;
    private static final int MAPPED_FROM = 12;

    static SourceAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(bytesOf(address));
        return bytes.capacity() == IPV6_BYTES
                ? new SourceAddress(true, bytes.getLong(0))
                : new SourceAddress(false, bytes.getInt(0));
    }

    /** 4 or 16 bytes. On a socket for both, an IPv4 peer may show as ::ffff:10.0.0.7: that has 4 here too. */
    static byte[] bytesOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        ByteBuffer view = ByteBuffer.wrap(bytes);
        boolean mapped = bytes.length == IPV6_BYTES && view.getLong(0) == 0 && view.getInt(Long.BYTES) == 0xffff;
        return mapped ? Arrays.copyOfRange(bytes, MAPPED_FROM, IPV6_BYTES) : bytes;
    }

    @Override
    public String toString() {
        ByteBuffer bytes = ByteBuffer.allocate(ipv6 ? IPV6_BYTES : Integer.BYTES);
        if (ipv6) {
            bytes.putLong(0, prefix);
        } else {
            bytes.putInt(0, (int) prefix);
        }
        try {
            return InetAddress.getByAddress(bytes.array()).getHostAddress() + (ipv6 ? "/64" : "");
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }
}
