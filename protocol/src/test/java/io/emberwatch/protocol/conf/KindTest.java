package io.emberwatch.protocol.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KindTest {
    private static final Map<String, Kind<?>> KINDS = Map.of(
            "number", Kind.wholeNumber(1, 64),
            "time", Kind.duration(Duration.ZERO, Duration.ofMinutes(1)),
            "size", Kind.byteSize(1L << 20, 1L << 40),
            "switch", Kind.onOff(),
            "choice", Kind.choice("LEVEL", List.of("error", "warn", "info", "debug")),
            "path", Kind.absolutePath("FILE"),
            "listen", Kind.hostPort(),
            "connect", Kind.hostPort(7411));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "number | 64 | 64",
                "time | 0s | 0s",
                "time | 60 s | 1m",
                "size | 1048576 | 1048576",
                "size | 1 TiB | 1099511627776",
                "switch | on | true",
                "choice | WARN | warn",
                "path | /a/b | /a/b",
                "listen | [::1]:0 | [::1]:0",
                "connect | collector.example.org | collector.example.org:7411",
                "connect | [fe80::1%eth0]:1 | [fe80::1%eth0]:1"
            })
    void a_value_is_read_with_white_space_around_it(String kind, String text, String printed) {
        assertThat(Kind.print(KINDS.get(kind).parser().apply("  " + text + " ")))
                .isEqualTo(printed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "number | 0 | must be a whole number from 1 to 64",
                "number | 65 | must be a whole number from 1 to 64",
                "number | 1.5 | must be a whole number from 1 to 64",
                "time | 61s | must be 0s to 1m",
                "time | 5 | must be a whole number with a unit (ms, s, m, h, d), for example 5s",
                "size | 1023KiB | must be 1MiB to 1TiB, as a whole number with a unit (KiB, MiB, GiB, TiB), for example 64MiB",
                "size | 999999999999999TiB | must be 1MiB to 1TiB, as a whole number with a unit (KiB, MiB, GiB, TiB), for example 64MiB",
                "switch | auto | must be on or off",
                "choice | loud | must be one of error, warn, info, debug",
                "path | a/b | must be a path that begins with /",
                "listen | 7411 | must be host:port or [IPv6 address]:port",
                "listen | a:65536 | must be host:port or [IPv6 address]:port",
                "listen | ::1:7411 | must be host:port or [IPv6 address]:port",
                "connect | a b | must be host or host:port, with an IPv6 address in brackets",
                "connect | a:0 | the port must be 1 to 65535"
            })
    void another_value_is_answered_with_what_is_allowed(String kind, String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KINDS.get(kind).parser().apply(text))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "LOCALHOST, true",
        "127.1.2.3, true",
        "::1, true",
        "::ffff:127.0.0.1, true",
        "127.0.0.1.example.org, false",
        "10.0.0.1, false",
        "localhost.example.org, false"
    })
    void only_what_is_loopback_by_itself_is_loopback(String host, boolean loopback) {
        assertThat(new HostPort(host, 1).isLoopback()).isEqualTo(loopback);
    }
}
