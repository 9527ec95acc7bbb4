package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.config.CollectorOptions;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import io.emberwatch.collector.testing.TestCollectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ServeSettingsTest {
    @Test
    void limits_are_the_standard_ones_unless_configured() {
        assertThat(limits()).isEqualTo(TestCollectors.STANDARD_LIMITS);

        LimitSettings configured = limits("--net-proxy-from", "10.0.0.5, fd00:1::/64", "--net-frames-per-s", "7");

        assertThat(configured.proxyFrom()).isEqualTo(AddressRanges.parse("10.0.0.5,fd00:1::/64"));
        assertThat(configured.machine().frames()).isEqualTo(new Rate(7, 70));
    }

    @Test
    void an_address_that_may_have_one_connection_may_have_it_unauthenticated() {
        assertThat(limits("--net-max-connections-per-address", "1").address().maxUnauthenticated())
                .isOne();
    }

    private static LimitSettings limits(String... arguments) {
        CollectorOptions options = new CollectorOptions();
        new CommandLine(options).parseArgs(arguments);
        return ServeSettings.from(options).net().limits();
    }
}
