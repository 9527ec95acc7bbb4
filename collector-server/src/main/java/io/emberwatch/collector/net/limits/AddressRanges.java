package io.emberwatch.collector.net.limits;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Some ranges of addresses; prints as it is written. Immutable. */
public final class AddressRanges {
    private final List<AddressRange> ranges;

    private AddressRanges(List<AddressRange> ranges) {
        this.ranges = ranges;
    }

    public static AddressRanges none() {
        return new AddressRanges(List.of());
    }

    /**
     * Reads CIDRs separated by commas. No name is looked up.
     *
     * @throws IllegalArgumentException if one of them is none
     */
    public static AddressRanges parse(String text) {
        return new AddressRanges(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(AddressRange::parse)
                .toList());
    }

    boolean contains(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRanges those && ranges.equals(those.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.stream().map(AddressRange::text).collect(Collectors.joining(", "));
    }

    /**
     * Addresses with a common beginning, written as CIDR: {@code 10.1.0.0/16}, {@code fd00:1::/64}, or one address
     * alone.
     *
     * @param first its first address, as a number
     * @param prefixBits how many of its leading bits are common
     * @param totalBits 32 or 128
     */
    private record AddressRange(BigInteger first, int prefixBits, int totalBits, String text) {
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
}
