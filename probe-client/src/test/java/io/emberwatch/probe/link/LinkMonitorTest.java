package io.emberwatch.probe.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.link.LinkStatus.State;
import io.emberwatch.protocol.AcknowledgedRange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LinkMonitorTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final LinkMonitor monitor = new LinkMonitor(Clock.fixed(NOW, ZoneOffset.UTC), nanos::get);

    @Test
    void attempts_are_counted_until_one_succeeds_and_then_anew() {
        monitor.connecting();
        monitor.waiting(Duration.ofSeconds(1));
        monitor.connecting();
        assertThat(monitor.status().attempt()).isEqualTo(2);

        monitor.connected("192.0.2.7");
        assertThat(monitor.status().attempt()).isEqualTo(2);
        assertThat(monitor.status().sessions()).isEqualTo(1);

        monitor.waiting(Duration.ofSeconds(1));
        monitor.connecting();
        assertThat(monitor.status().attempt()).isEqualTo(1);
    }

    @Test
    void what_is_left_of_a_wait_does_not_depend_on_the_machines_clock() {
        monitor.waiting(Duration.ofSeconds(10));
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(monitor.status().untilNextAttempt()).contains(Duration.ofSeconds(6));

        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThat(monitor.status().untilNextAttempt()).contains(Duration.ZERO);

        monitor.connecting();
        assertThat(monitor.status().untilNextAttempt()).isEmpty();
    }

    @Test
    void an_error_is_remembered_after_all_is_well_again() {
        monitor.failed("cannot connect");
        monitor.connected("192.0.2.7");

        LinkStatus status = monitor.status();
        assertThat(status.state()).isEqualTo(State.CONNECTED);
        assertThat(status.address()).contains("192.0.2.7");
        assertThat(status.lastError()).contains(new LinkStatus.Problem("cannot connect", NOW));
    }

    @Test
    void history_is_outstanding_until_the_collector_has_it() {
        monitor.lacks(new AcknowledgedRange(30, 1, 20));
        assertThat(monitor.status().historyUpTo()).isEqualTo(20);

        monitor.acknowledged(new AcknowledgedRange(31, 11, 20));
        assertThat(monitor.status().historyUpTo()).isEqualTo(10);
        assertThat(monitor.status().lastAck()).contains(new LinkStatus.Acknowledgement(31, NOW));

        monitor.acknowledged(AcknowledgedRange.upTo(31));
        assertThat(monitor.status().historyUpTo()).isZero();
    }
}
