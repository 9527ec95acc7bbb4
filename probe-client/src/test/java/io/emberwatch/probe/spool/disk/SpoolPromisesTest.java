package io.emberwatch.probe.spool.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promises that the model of the whole probe has found broken. */
final class SpoolPromisesTest {
    private final Box box = new Box();

    @Test
    void a_force_is_good_for_what_an_earlier_process_has_written() throws IOException {
        box.open();
        List<Long> written = box.take(20);
        box.reopenAfterKill();
        box.spool.force();

        box.reopenAfterPowerLoss();

        assertThat(box.sequences()).isEqualTo(written);
    }

    @Test
    void a_force_that_failed_on_what_an_earlier_process_has_written_is_not_believed_before_that_is_written_again()
            throws IOException {
        box.open();
        List<Long> written = box.take(20);
        box.disk.crashProcess();
        // The first force is that of the state.
        box.disk.failForceAfter(1);
        assertThatThrownBy(box::open).isInstanceOf(IOException.class);
        box.spool.write();
        box.spool.force();

        box.reopenAfterPowerLoss();

        assertThat(box.sequences()).isEqualTo(written);
    }

    @Test
    void an_old_segment_that_can_never_be_forced_does_not_keep_the_spool_from_its_work() throws IOException {
        box.open();
        List<Long> written = box.take(3);
        box.disk.crashProcess();
        box.create().open();
        for (int i = 0; i < SegmentFiles.MAX_TRIES; i++) {
            box.disk.failForceAfter(i == 0 ? 1 : 0);
            assertThatThrownBy(box.spool::write).isInstanceOf(IOException.class);
        }

        box.spool.write();
        box.spool.force();

        assertThat(box.sequences()).isEqualTo(written);
    }

    @Test
    void a_failed_force_deletes_nothing_that_is_not_written_elsewhere() throws IOException {
        box.open();
        List<Long> written = box.take(40);
        box.disk.failForceAfter(0);
        assertThatThrownBy(box.spool::force).isInstanceOf(IOException.class);

        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(written);
    }

    @Test
    void what_is_written_again_after_a_failed_force_is_not_hidden_by_what_was_written_before_it() throws IOException {
        box.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, Duration.ofHours(1), 1 << 20);
        box.open();
        List<Long> written = box.take(3);
        box.pass(Duration.ofMinutes(2));
        written.addAll(box.take(3));
        box.disk.failForceAfter(0);
        assertThatThrownBy(box.spool::force).isInstanceOf(IOException.class);
        written.addAll(box.take(3));

        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void power_lost_after_failed_forces_is_told_whatever_is_left_of_the_directory(long seed) throws IOException {
        Box other = new Box(seed);
        other.open();
        other.spool.close();
        other.reopenAfterKill();
        List<Long> lost = other.take(3);
        other.disk.failForceAfter(0);
        assertThatThrownBy(other.spool::force).isInstanceOf(IOException.class);
        other.disk.failForceAfter(0);
        assertThatThrownBy(other.spool::write).isInstanceOf(IOException.class);

        other.reopenAfterPowerLoss();

        assertThat(other.sequences()).isSubsetOf(lost);
        assertThat(lost)
                .allMatch(sequence -> other.sequences().contains(sequence)
                        || other.losses().stream()
                                .anyMatch(loss -> loss.firstSequence() <= sequence && sequence <= loss.lastSequence()));
    }

    @Test
    void a_spool_of_which_nothing_can_be_read_says_that_it_lacks_what_was_in_it() throws IOException {
        box.open();
        List<Long> lost = box.take(3);
        box.disk.truncate(box.segments().get(0), 10);
        box.disk.delete(CheckpointFile.NAME);

        box.reopenAfterKill();

        assertThat(box.losses())
                .anyMatch(loss -> loss.firstSequence() <= lost.get(0) && lost.get(2) <= loss.lastSequence());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_state_of_a_spool_is_there_after_a_power_loss_from_its_first_reading_on(long seed) throws IOException {
        Box other = new Box(seed);
        other.open();
        other.take(1);

        other.disk.crashMachine();

        assertThat(new CheckpointFile(other.disk).read()).isPresent();
    }

    @Test
    void what_was_to_be_written_again_counts_where_it_was_as_long_as_it_is_nowhere_else() throws IOException {
        box.open();
        List<Long> written = box.take(3);
        box.spool.force();
        written.addAll(box.take(3));
        box.disk.failForceAfter(0);
        assertThatThrownBy(box.spool::force).isInstanceOf(IOException.class);
        box.disk.failForceAfter(1);
        assertThatThrownBy(box.spool::write).isInstanceOf(IOException.class);

        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(written);
        assertThat(box.losses()).isEmpty();
    }

    @Test
    void a_loss_that_reaches_from_the_history_into_what_is_stored_is_not_forgotten() throws IOException {
        box.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, SpoolLimits.MIN_AGE, 1 << 20);
        box.open();
        List<Long> evicted = box.take(10);
        box.pass(Duration.ofMinutes(2));
        box.take(1);
        box.spool.tidy();
        assertThat(box.losses()).extracting(Lost::lastSequence).containsExactly(evicted.get(9));

        box.spool.acknowledge(new AcknowledgedRange(evicted.get(9), 1, evicted.get(4)));

        assertThat(box.losses()).extracting(Lost::count).containsExactly(10L);
    }

    @Test
    void numbers_that_nobody_gave_are_not_told_as_lost_when_the_segment_that_says_so_is_gone() throws IOException {
        box.open();
        List<Long> history = box.take(3);
        box.reopenAfterKill();
        long live = box.take(1).get(0);
        box.spool.acknowledge(new AcknowledgedRange(live, history.get(0), live - 1));
        box.reopenAfterKill();
        box.spool.acknowledge(new AcknowledgedRange(live, history.get(0), live - 1));
        List<Long> newest = box.take(1);
        box.spool.tidy();

        box.reopenAfterKill();

        assertThat(box.segments()).as("of live readings that are stored").hasSize(3);
        assertThat(box.losses()).isEmpty();
        assertThat(box.sequences()).containsExactly(history.get(0), history.get(1), history.get(2), newest.get(0));
    }

    @Test
    void what_the_power_took_is_told_though_no_segment_of_it_can_be_read() throws IOException {
        box.open();
        box.take(1);
        box.disk.put(CheckpointFile.NAME, box.disk.content(CheckpointFile.NAME));
        List<Long> lost = box.take(3);
        box.disk.truncate(box.segments().get(0), 10);

        box.reopenAfterPowerLoss();

        assertThat(box.losses())
                .anyMatch(loss -> loss.firstSequence() <= lost.get(0) && lost.get(2) <= loss.lastSequence());
    }

    @Test
    void a_segment_without_its_header_does_not_hide_what_is_missing_before_it() throws IOException {
        box.open();
        box.take(3);
        String segment = box.segments().get(0);
        int bytes = box.disk.content(segment).length;
        List<Long> lost = box.take(3);
        box.disk.truncate(segment, bytes);
        box.reopenAfterKill();
        box.take(3);
        damageHeader(box.segments().get(1));
        box.disk.put(CheckpointFile.NAME, new byte[2 * Checkpoint.BYTES]);

        box.reopenAfterKill();

        assertThat(box.losses())
                .anyMatch(loss -> loss.firstSequence() <= lost.get(0) && lost.get(2) <= loss.lastSequence());
    }

    private void damageHeader(String segment) {
        byte[] content = box.disk.content(segment);
        ByteBuffer.wrap(content).putInt(0, 0);
        box.disk.put(segment, content);
    }
}
