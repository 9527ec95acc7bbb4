package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class CounterRatesTest {
    private static final long SECOND = 1_000_000_000L;

    private final DeviceSampler.CounterRates rates = new DeviceSampler.CounterRates();

    @Test
    void rate_is_absent_at_first() {
        assertThat(rates.perSecond(Map.of("sda", 1000L), 5 * SECOND)).isEmpty();
    }

    @Test
    void devices_are_added_up_per_second() {
        rates.perSecond(Map.of("sda", 1000L, "sdb", 0L), 5 * SECOND);

        assertThat(rates.perSecond(Map.of("sda", 3000L, "sdb", 500L), 10 * SECOND))
                .hasValue(500);
    }

    @Test
    void counter_that_stands_still_is_a_rate_of_zero() {
        rates.perSecond(Map.of("sda", 1000L), 5 * SECOND);

        assertThat(rates.perSecond(Map.of("sda", 1000L), 10 * SECOND)).hasValue(0);
    }

    @Test
    void counter_that_was_reset_or_wrapped_leaves_the_rate_absent_once() {
        rates.perSecond(Map.of("eth0", 4_294_967_000L), SECOND);

        assertThat(rates.perSecond(Map.of("eth0", 200L), 2 * SECOND)).isEmpty();
        assertThat(rates.perSecond(Map.of("eth0", 700L), 3 * SECOND)).hasValue(500);
    }

    @Test
    void device_that_appears_or_goes_makes_no_spike() {
        rates.perSecond(Map.of("sda", 1000L, "old", 1_000_000L), SECOND);

        assertThat(rates.perSecond(Map.of("sda", 1100L, "new", 9_000_000L), 2 * SECOND))
                .hasValue(100);
        assertThat(rates.perSecond(Map.of("sda", 1200L, "new", 9_000_050L), 3 * SECOND))
                .hasValue(150);
    }

    @Test
    void rate_is_absent_if_no_time_has_passed() {
        rates.perSecond(Map.of("sda", 1000L), SECOND);

        assertThat(rates.perSecond(Map.of("sda", 2000L), SECOND)).isEmpty();
    }

    @Test
    void rate_is_absent_without_devices() {
        rates.perSecond(Map.of(), SECOND);

        assertThat(rates.perSecond(Map.of(), 2 * SECOND)).isEmpty();
    }
}
