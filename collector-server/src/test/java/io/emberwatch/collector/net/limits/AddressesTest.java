package io.emberwatch.collector.net.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses count as one, and which lie in a range. */
class AddressesTest {
    @Test
    void an_ipv4_address_counts_for_itself_also_when_it_is_written_as_ipv6() throws UnknownHostException {
        byte[] mappedBytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 192, 0, 2, 7};
        InetAddress mapped = Inet6Address.getByAddress(null, mappedBytes, -1);
        SourceAddress source = source("192.0.2.7");

        assertThat(source).hasToString("192.0.2.7").isNotEqualTo(source("192.0.2.8"));
        assertThat(SourceAddress.of(mapped)).isEqualTo(source);
        assertThat(AddressRanges.parse("192.0.2.0/24").contains(mapped)).isTrue();
    }

    @Test
    void all_ipv6_addresses_of_a_customer_count_as_one() throws UnknownHostException {
        SourceAddress source = source("2001:db8:1:2:3:4:5:6");

        assertThat(source).isEqualTo(source("2001:db8:1:2::1")).hasToString("2001:db8:1:2:0:0:0:0/64");
        assertThat(source).isNotEqualTo(source("2001:db8:1:3::1"));
        assertThat(source("::1")).isNotEqualTo(source("0.0.0.0"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5,                 10.0.0.5,      true",
        "10.0.0.5,                 10.0.0.6,      false",
        "10.1.0.0/16,              10.1.255.255,  true",
        "10.1.0.0/16,              10.2.0.0,      false",
        "0.0.0.0/0,                203.0.113.9,   true",
        "0.0.0.0/0,                2001:db8::1,   false",
        "fd00:1::/64,              fd00:1::9,     true",
        "fd00:1::/64,              fd00:1:0:1::9, false",
        "'10.0.0.5,fd00:1::/64',   fd00:1::9,     true",
        "'10.0.0.5 , 10.0.0.7/32', 10.0.0.7,      true",
        "128.0.0.0/1,              200.0.0.1,     true",
    })
    void a_range_contains(String ranges, String address, boolean contained) throws UnknownHostException {
        assertThat(AddressRanges.parse(ranges).contains(InetAddress.getByName(address)))
                .isEqualTo(contained);
    }

    @Test
    void ranges_print_as_they_can_be_written() {
        assertThat(AddressRanges.parse("10.0.0.5,fd00:1::/64"))
                .hasToString("10.0.0.5, fd00:1::/64")
                .isEqualTo(AddressRanges.parse("10.0.0.5, fd00:1::/64"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lb.example.org",
                "10.0.0",
                "10.0.0.5/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.5,"
            })
    void what_is_no_range_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> AddressRanges.parse(text));
    }

    private static SourceAddress source(String address) throws UnknownHostException {
        return SourceAddress.of(InetAddress.getByName(address));
    }
}
