package io.emberwatch.collector.net.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MachineRateLimitsTest {
    private final AtomicLong nowNanos = new AtomicLong();
    private final MachineRateLimits rates = new MachineRateLimits(
            new LimitSettings.Machine(new Rate(200, 2_000), new Rate(20_000, 100_000)),
            new NetCounters(),
            nowNanos::get);

    @Test
    void a_backlog_of_seven_days_drains_in_well_under_a_minute() {
        int readings = 7 * 24 * 3600 / 5;
        int inFrame = 60;
        long waitedNanos = 0;
        for (int sent = 0; sent < readings; sent += inFrame) {
            long waitNanos = rates.of(1).count(1, inFrame);
            nowNanos.addAndGet(waitNanos);
            waitedNanos += waitNanos;
        }
        assertThat(waitedNanos).isPositive().isLessThan(TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void a_machine_that_connects_again_gets_no_new_allowance() {
        rates.of(1).count(0, 120_000);
        rates.forgetIdle();
        assertThat(rates.of(1).count(1, 0)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(rates.of(2).count(1, 0)).isZero();
    }

    @Test
    void a_machine_whose_allowance_is_full_is_forgotten() {
        rates.of(1).count(1, 120_000);
        assertThat(rates.size()).isEqualTo(1);
        nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(7));
        rates.forgetIdle();
        assertThat(rates.size()).isZero();
    }
}
