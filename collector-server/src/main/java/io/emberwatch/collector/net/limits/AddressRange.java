package io.emberwatch.collector.net.limits;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;

/**
 * Addresses with a common beginning, written as CIDR: {@code 10.1.0.0/16}, {@code fd00:1::/64}, or one address alone.
 *
 * @param first its first address, as a number
 * @param prefixBits how many of its leading bits are common
 * @param totalBits 32 or 128
 */
record AddressRange(BigInteger first, int prefixBits, int totalBits, String text) {
    /** @throws IllegalArgumentException if it is no CIDR, or the address has bits set behind the prefix */
    static AddressRange parse(String text) {
        String[] parts = text.split("/", 2);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        if (bytes == null) {
            throw new IllegalArgumentException("no address: " + text);
        }
        int totalBits = bytes.length * Byte.SIZE;
        int prefixBits = parts.length == 1 ? totalBits : Integer.parseInt(parts[1]);
        BigInteger first = new BigInteger(1, bytes);
        int freeBits = totalBits - prefixBits;
        if (prefixBits < 0
                || freeBits < 0
                || !first.shiftRight(freeBits).shiftLeft(freeBits).equals(first)) {
            throw new IllegalArgumentException("no range: " + text);
        }
        return new AddressRange(first, prefixBits, totalBits, text);
    }

    boolean contains(InetAddress address) {
        byte[] bytes = SourceAddress.bytesOf(address);
        return bytes.length * Byte.SIZE == totalBits
                && new BigInteger(1, bytes)
                                .xor(first)
                                .shiftRight(totalBits - prefixBits)
                                .signum()
                        == 0;
    }
}
