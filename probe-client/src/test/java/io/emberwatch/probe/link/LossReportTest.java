package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.Fixtures.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.testing.MemorySpool;
import io.emberwatch.protocol.Lost;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The spool has lost readings 1 to 6 and holds 7 to 10. */
final class LossReportTest {
    private final MemorySpool spool = new MemorySpool(4, 1 << 20);
    private final LossReport losses = new LossReport(spool);

    @BeforeEach
    void lose() {
        append(10);
    }

    @Test
    void loss_before_a_frame_is_reported_once() {
        assertThat(ranges(losses.before(7, 10, 10))).containsExactly("1-6 (6)");
        assertThat(losses.before(7, 10, 10)).isEmpty();
    }

    @Test
    void loss_that_has_grown_is_reported_again() {
        losses.before(7, 10, 10);
        append(1);

        assertThat(ranges(losses.before(8, 11, 11))).containsExactly("1-7 (7)");
    }

    @Test
    void readings_being_sent_are_not_reported_as_lost_though_they_left_the_spool_meanwhile() {
        assertThat(ranges(losses.before(5, 6, 6))).containsExactly("1-4 (4)");
        assertThat(losses.before(1, 6, 6)).isEmpty();
    }

    @Test
    void loss_that_reaches_behind_what_is_being_sent_is_not_reported_shorter_than_before() {
        assertThat(ranges(losses.before(7, 10, 10))).containsExactly("1-6 (6)");
        assertThat(losses.before(4, 5, 5)).isEmpty();
    }

    @Test
    void loss_behind_a_frame_without_readings_is_reported_as_a_whole() {
        assertThat(ranges(losses.before(5, 4, 4))).containsExactly("1-6 (6)");
    }

    @Test
    void what_lies_behind_a_frame_is_left_for_later() {
        assertThat(losses.before(0, 0, 0)).isEmpty();
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            spool.append(sample());
        }
    }

    private static List<String> ranges(List<Lost> losses) {
        return losses.stream()
                .map(loss -> loss.firstSequence() + "-" + loss.lastSequence() + " (" + loss.count() + ")")
                .toList();
    }
}
