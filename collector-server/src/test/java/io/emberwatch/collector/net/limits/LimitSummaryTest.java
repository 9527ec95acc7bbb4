package io.emberwatch.collector.net.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.connection.NetCounters;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LimitSummaryTest {
    private final NetCounters counters = new NetCounters();
    private final LimitSummary summary = new LimitSummary(counters::count, Instant.parse("2026-11-05T12:00:00Z"));

    @Test
    void a_quiet_minute_says_nothing() {
        assertThat(summary.next(0, Instant.parse("2026-11-05T12:01:00Z"))).isEmpty();
    }

    @Test
    void each_summary_covers_what_happened_since_the_last_one() {
        counters.add(LimitEvent.OVER_RATE);
        assertThat(summary.next(0, Instant.parse("2026-11-05T12:01:00Z"))).isPresent();
        counters.add(LimitEvent.SHUT_OUT);
        counters.add(LimitEvent.SHUT_OUT);
        counters.add(LimitEvent.SLOWED);

        assertThat(summary.next(3, Instant.parse("2026-11-05T12:02:00Z")))
                .contains("since 12:01:00Z: 2 connections from addresses shut out, 1 pauses of machines that send too"
                        + " much; shut out now: 3");
        assertThat(summary.next(3, Instant.parse("2026-11-05T12:03:00Z"))).isEmpty();
    }
}
