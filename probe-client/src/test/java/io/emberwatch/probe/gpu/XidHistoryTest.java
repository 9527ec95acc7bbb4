package io.emberwatch.probe.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.testing.LogLines;
import io.emberwatch.protocol.WireLimits;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class XidHistoryTest {
    private static final int FATAL = 79;
    private static final int OTHER_FATAL = 48;
    private static final int HARMLESS = 65_000;

    private final XidHistory.OfGpu xids = new XidHistory.OfGpu("GPU-a");

    @Test
    void errors_are_reported_once_in_their_order() {
        xids.add(List.of(HARMLESS, FATAL), 0);
        xids.add(List.of(HARMLESS), 1);

        assertThat(xids.take()).containsExactly(HARMLESS, FATAL, HARMLESS);
        assertThat(xids.take()).isEmpty();
    }

    @Test
    void errors_that_one_reading_cannot_hold_are_in_the_next() {
        List<Integer> many = IntStream.range(1, WireLimits.MAX_XIDS + 4).boxed().toList();
        xids.add(many, 0);

        assertThat(xids.take()).isEqualTo(many.subList(0, WireLimits.MAX_XIDS));
        assertThat(xids.isWaiting()).isTrue();
        assertThat(xids.take()).isEqualTo(many.subList(WireLimits.MAX_XIDS, many.size()));
        assertThat(xids.isWaiting()).isFalse();
    }

    @Test
    void storm_of_errors_is_cut_off_but_a_fatal_one_in_it_is_seen() {
        xids.add(Collections.nCopies(10 * XidHistory.OfGpu.MAX_WAITING, HARMLESS), 0);
        xids.add(List.of(FATAL), 0);

        int taken = 0;
        while (xids.isWaiting()) {
            taken += xids.take().size();
        }
        assertThat(taken).isEqualTo(XidHistory.OfGpu.MAX_WAITING);
        assertThat(xids.fatal(0)).isEqualTo(FATAL);
    }

    @Test
    void storm_of_a_few_errors_in_turn_is_one_line_a_minute_for_each() {
        try (LogLines log = new LogLines()) {
            for (int second = 0; second < 120; second++) {
                xids.add(List.of(13, 31, 43), TimeUnit.SECONDS.toNanos(second));
                xids.take();
            }

            assertThat(log.with("GPU-a: XID 13")).hasSize(2);
            assertThat(log.with("GPU-a: XID")).hasSize(6);
        }
    }

    @Test
    void last_fatal_error_is_reported_for_an_hour() {
        long hour = XidHistory.OfGpu.FATAL_FOR.toNanos();
        assertThat(xids.fatal(0)).isZero();
        xids.add(List.of(FATAL, HARMLESS), 0);
        xids.add(List.of(OTHER_FATAL), hour / 2);
        xids.add(List.of(HARMLESS), hour);

        assertThat(xids.fatal(hour)).isEqualTo(OTHER_FATAL);
        assertThat(xids.fatal(hour + hour / 2 - 1)).isEqualTo(OTHER_FATAL);
        assertThat(xids.fatal(hour + hour / 2)).isZero();
    }

    @Test
    void error_that_is_settled_counts_no_more_but_is_still_reported_and_a_later_one_counts() {
        xids.add(List.of(FATAL), 0);

        xids.settle();

        assertThat(xids.fatal(0)).isZero();
        assertThat(xids.take()).containsExactly(FATAL);
        xids.add(List.of(OTHER_FATAL), 0);
        assertThat(xids.fatal(0)).isEqualTo(OTHER_FATAL);
    }

    @Test
    void error_that_was_reported_as_fatal_is_so_for_its_hour_also_if_it_is_settled_then() {
        xids.add(List.of(FATAL), 0);
        assertThat(xids.fatal(0)).isEqualTo(FATAL);

        xids.add(List.of(OTHER_FATAL), 1);

        xids.settle();

        assertThat(xids.fatal(1)).isEqualTo(FATAL);
        assertThat(xids.fatal(XidHistory.OfGpu.FATAL_FOR.toNanos())).isZero();
    }

    @Test
    void numbers_that_no_reading_can_hold_are_left_out() {
        xids.add(List.of(-1, WireLimits.MAX_XID, WireLimits.MAX_XID + 1), 0);

        assertThat(xids.take()).containsExactly(WireLimits.MAX_XID);
    }
}
