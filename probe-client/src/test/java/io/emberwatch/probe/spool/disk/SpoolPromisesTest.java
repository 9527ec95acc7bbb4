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
    private final ProbeMachine machine = new ProbeMachine();

    @Test
    void a_force_is_good_for_what_an_earlier_process_has_written() throws IOException {
        machine.open();
        List<Long> written = machine.take(20);
        machine.reopenAfterKill();
        machine.spool.force();

        machine.reopenAfterPowerLoss();

        assertThat(machine.sequences()).isEqualTo(written);
    }

    @Test
    void a_force_that_failed_on_what_an_earlier_process_has_written_is_not_believed_before_that_is_written_again()
            throws IOException {
        machine.open();
        List<Long> written = machine.take(20);
        machine.disk.crashProcess();
        // The first force is that of the state.
        machine.disk.failForceAfter(1);
        assertThatThrownBy(machine::open).isInstanceOf(IOException.class);
        machine.spool.write();
        machine.spool.force();

        machine.reopenAfterPowerLoss();

        assertThat(machine.sequences()).isEqualTo(written);
    }

    @Test
    void an_old_segment_that_can_never_be_forced_does_not_keep_the_spool_from_its_work() throws IOException {
        machine.open();
        List<Long> written = machine.take(3);
        machine.disk.crashProcess();
        machine.create().open();
        for (int i = 0; i < SegmentFiles.MAX_TRIES; i++) {
            machine.disk.failForceAfter(i == 0 ? 1 : 0);
            assertThatThrownBy(machine.spool::write).isInstanceOf(IOException.class);
        }

        machine.spool.write();
        machine.spool.force();

        assertThat(machine.sequences()).isEqualTo(written);
    }

    @Test
    void a_failed_force_deletes_nothing_that_is_not_written_elsewhere() throws IOException {
        machine.open();
        List<Long> written = machine.take(40);
        machine.disk.failForceAfter(0);
        assertThatThrownBy(machine.spool::force).isInstanceOf(IOException.class);

        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(written);
    }

    @Test
    void what_is_written_again_after_a_failed_force_is_not_hidden_by_what_was_written_before_it() throws IOException {
        machine.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, Duration.ofHours(1), 1 << 20);
        machine.open();
        List<Long> written = machine.take(3);
        machine.pass(Duration.ofMinutes(2));
        written.addAll(machine.take(3));
        machine.disk.failForceAfter(0);
        assertThatThrownBy(machine.spool::force).isInstanceOf(IOException.class);
        written.addAll(machine.take(3));

        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void power_loss_after_failed_forces_is_reported_whatever_is_left_of_the_directory(long seed) throws IOException {
        ProbeMachine other = new ProbeMachine(seed);
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
        machine.open();
        List<Long> lost = machine.take(3);
        machine.disk.truncate(machine.segments().get(0), 10);
        machine.disk.delete(CheckpointFile.NAME);

        machine.reopenAfterKill();

        assertThat(machine.losses())
                .anyMatch(loss -> loss.firstSequence() <= lost.get(0) && lost.get(2) <= loss.lastSequence());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_state_of_a_spool_is_there_after_a_power_loss_from_its_first_reading_on(long seed) throws IOException {
        ProbeMachine other = new ProbeMachine(seed);
        other.open();
        other.take(1);

        other.disk.crashMachine();

        assertThat(new CheckpointFile(other.disk).read()).isPresent();
    }

    @Test
    void what_was_to_be_written_again_counts_where_it_was_as_long_as_it_is_nowhere_else() throws IOException {
        machine.open();
        List<Long> written = machine.take(3);
        machine.spool.force();
        written.addAll(machine.take(3));
        machine.disk.failForceAfter(0);
        assertThatThrownBy(machine.spool::force).isInstanceOf(IOException.class);
        machine.disk.failForceAfter(1);
        assertThatThrownBy(machine.spool::write).isInstanceOf(IOException.class);

        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(written);
        assertThat(machine.losses()).isEmpty();
    }

    @Test
    void a_loss_that_reaches_from_the_history_into_what_is_stored_is_not_forgotten() throws IOException {
        machine.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, SpoolLimits.MIN_AGE, 1 << 20);
        machine.open();
        List<Long> evicted = machine.take(10);
        machine.pass(Duration.ofMinutes(2));
        machine.take(1);
        machine.spool.tidy();
        assertThat(machine.losses()).extracting(Lost::lastSequence).containsExactly(evicted.get(9));

        machine.spool.acknowledge(new AcknowledgedRange(evicted.get(9), 1, evicted.get(4)));

        assertThat(machine.losses()).extracting(Lost::count).containsExactly(10L);
    }

    @Test
    void sequences_that_were_never_given_are_not_reported_as_lost_when_the_segment_that_says_so_is_gone()
            throws IOException {
        machine.open();
        List<Long> history = machine.take(3);
        machine.reopenAfterKill();
        long live = machine.take(1).get(0);
        machine.spool.acknowledge(new AcknowledgedRange(live, history.get(0), live - 1));
        machine.reopenAfterKill();
        machine.spool.acknowledge(new AcknowledgedRange(live, history.get(0), live - 1));
        List<Long> newest = machine.take(1);
        machine.spool.tidy();

        machine.reopenAfterKill();

        assertThat(machine.segments()).as("of live readings that are stored").hasSize(3);
        assertThat(machine.losses()).isEmpty();
        assertThat(machine.sequences()).containsExactly(history.get(0), history.get(1), history.get(2), newest.get(0));
    }

    @Test
    void readings_lost_with_the_power_are_reported_though_no_segment_of_them_can_be_read() throws IOException {
        machine.open();
        machine.take(1);
        machine.disk.put(CheckpointFile.NAME, machine.disk.content(CheckpointFile.NAME));
        List<Long> lost = machine.take(3);
        machine.disk.truncate(machine.segments().get(0), 10);

        machine.reopenAfterPowerLoss();

        assertThat(machine.losses())
                .anyMatch(loss -> loss.firstSequence() <= lost.get(0) && lost.get(2) <= loss.lastSequence());
    }

    @Test
    void a_segment_without_its_header_does_not_hide_what_is_missing_before_it() throws IOException {
        machine.open();
        machine.take(3);
        String segment = machine.segments().get(0);
        int bytes = machine.disk.content(segment).length;
        List<Long> lost = machine.take(3);
        machine.disk.truncate(segment, bytes);
        machine.reopenAfterKill();
        machine.take(3);
        damageHeader(machine.segments().get(1));
        machine.disk.put(CheckpointFile.NAME, new byte[2 * Checkpoint.BYTES]);

        machine.reopenAfterKill();

        assertThat(machine.losses())
                .anyMatch(loss -> loss.firstSequence() <= lost.get(0) && lost.get(2) <= loss.lastSequence());
    }

    private void damageHeader(String segment) {
        byte[] content = machine.disk.content(segment);
        ByteBuffer.wrap(content).putInt(0, 0);
        machine.disk.put(segment, content);
    }
}
