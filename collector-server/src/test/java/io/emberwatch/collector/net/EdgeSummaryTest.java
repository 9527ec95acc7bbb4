package io.emberwatch.collector.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EdgeSummaryTest {
    private final NetCounters counters = new NetCounters();
    private final EdgeSummary summary = new EdgeSummary(counters::count, Instant.parse("2026-11-05T12:00:00Z"));

    @Test
    void a_quiet_minute_says_nothing() {
        assertThat(summary.next(0, Instant.parse("2026-11-05T12:01:00Z"))).isEmpty();
    }

    @Test
    void what_happened_since_the_last_line_is_told_once() {
        counters.add(EdgeEvent.OVER_RATE);
        assertThat(summary.next(0, Instant.parse("2026-11-05T12:01:00Z"))).isPresent();
        counters.add(EdgeEvent.SHUT_OUT);
        counters.add(EdgeEvent.SHUT_OUT);
        counters.add(EdgeEvent.SLOWED);

        assertThat(summary.next(3, Instant.parse("2026-11-05T12:02:00Z")))
                .contains("since 12:01:00Z: 2 connections from addresses shut out, 1 pauses of machines that send too"
                        + " much; shut out now: 3");
        assertThat(summary.next(3, Instant.parse("2026-11-05T12:03:00Z"))).isEmpty();
    }
}
