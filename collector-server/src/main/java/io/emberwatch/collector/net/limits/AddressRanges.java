package io.emberwatch.collector.net.limits;

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
}
