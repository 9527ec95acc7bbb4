package io.emberwatch.probe.spool.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.testing.MemorySpool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the spool promises, on a disk that can do anything. */
final class SpoolTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final ProbeMachine machine = new ProbeMachine();

    @Test
    void a_kill_loses_nothing_and_reports_nothing() throws IOException {
        machine.open();
        UUID bootId = machine.spool.bootId();
        List<Long> taken = machine.take(1500, "GPU-a", "GPU-b");

        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(taken);
        assertThat(machine.readings().get(700).sample().gpus())
                .extracting(gpu -> gpu.uuid())
                .containsExactly("GPU-a", "GPU-b");
        assertThat(machine.losses()).isEmpty();
        assertThat(machine.spool.bootId()).isEqualTo(bootId);
    }

    @Test
    void power_loss_costs_no_more_than_what_was_not_forced_and_is_reported() throws IOException {
        machine.open();
        List<Long> forced = machine.take(50);
        machine.spool.force();
        machine.take(20);

        machine.reopenAfterPowerLoss();

        assertThat(machine.sequences()).startsWith(forced.toArray(Long[]::new));
        assertThat(machine.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.reason()).isEqualTo(Lost.Reason.POWER_LOSS);
            assertThat(lost.count()).isZero();
            assertThat(lost.firstSequence()).isGreaterThan(forced.get(49));
        });
    }

    @Test
    void a_machine_that_went_down_after_a_good_end_has_lost_nothing() throws IOException {
        machine.open();
        List<Long> taken = machine.take(5);
        machine.spool.close();

        machine.reopenAfterPowerLoss();

        assertThat(machine.sequences()).isEqualTo(taken);
        assertThat(machine.losses()).isEmpty();
    }

    @Test
    void torn_tail_costs_the_torn_record_and_is_reported() throws IOException {
        machine.open();
        List<Long> taken = machine.take(10);
        String segment = machine.segments().get(0);
        machine.disk.truncate(segment, machine.disk.content(segment).length - 3);

        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(taken.subList(0, 9));
        assertThat(machine.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.firstSequence()).isEqualTo(taken.get(9));
            assertThat(lost.reason()).isEqualTo(Lost.Reason.POWER_LOSS);
        });
    }

    @Test
    void a_damaged_record_costs_itself_alone() throws IOException {
        machine.open();
        List<Long> taken = machine.take(300);
        String segment = machine.segments().get(0);
        byte[] content = machine.disk.content(segment);
        content[content.length / 2] ^= 1;
        machine.disk.put(segment, content);

        machine.reopenAfterKill();

        assertThat(machine.sequences()).hasSize(299).isSubsetOf(taken);
        assertThat(machine.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.count()).isEqualTo(1);
            assertThat(lost.reason()).isEqualTo(Lost.Reason.DAMAGED);
            assertThat(taken).contains(lost.firstSequence());
        });
    }

    @Test
    void a_number_is_never_given_twice_though_disk_and_clock_go_back() throws IOException {
        machine.open();
        long last = machine.take(10).get(9);
        byte[] nothing = new byte[0];
        machine.disk.deleteAll();
        machine.disk.put("unrelated", nothing);
        machine.pass(Duration.ofSeconds(5));
        machine.disk.crashProcess();

        assertThat(machine.open().append(ProbeMachine.sample(machine.now(), 1))).isGreaterThan(last);
        long next = machine.take(1).get(0);
        machine.setClock(Instant.parse("1999-01-01T00:00:00Z"));
        assertThat(machine.reopenAfterKill().append(ProbeMachine.sample(machine.now(), 1)))
                .isGreaterThan(next);
    }

    @Test
    void a_clock_far_ahead_does_not_use_the_numbers_up() throws IOException {
        machine.setClock(Instant.parse("2999-01-01T00:00:00Z"));
        machine.open();
        machine.take(1);
        for (int i = 0; i < 50; i++) {
            machine.reopenAfterKill();
        }

        assertThat(machine.take(1).get(0)).isLessThan(1L << 53);
        assertThat(Numbering.startOf(machine.spool.lastSequence())).isLessThan(Numbering.MAX_CLOCK_START + 100);
    }

    @Test
    void a_clock_that_jumps_forward_a_year_makes_nothing_old() throws IOException {
        machine.open();
        List<Long> taken = machine.take(20);
        machine.setClock(machine.now().plus(DAY.multipliedBy(365)));
        machine.spool.tidy();
        machine.reopenAfterKill();
        machine.take(1);
        machine.spool.tidy();

        assertThat(machine.sequences()).startsWith(taken.toArray(Long[]::new));
        assertThat(machine.losses()).isEmpty();
    }

    @Test
    void a_clock_set_back_reorders_nothing() throws IOException {
        machine.open();
        long before = machine.take(1).get(0);
        machine.setClock(machine.now().minus(DAY));
        long after = machine.take(1).get(0);
        machine.setClock(machine.now().minus(DAY.multipliedBy(4000)));
        machine.reopenAfterKill();

        assertThat(machine.sequences()).containsExactly(before, after);
    }

    @Test
    void readings_older_than_allowed_are_dropped_and_reported() throws IOException {
        machine.open();
        List<Long> old = machine.take(10);
        machine.pass(DAY.multipliedBy(5));
        List<Long> newer = machine.take(10);
        machine.pass(DAY.multipliedBy(3));
        machine.spool.tidy();

        assertThat(machine.sequences()).isEqualTo(newer);
        assertThat(machine.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.reason()).isEqualTo(Lost.Reason.TOO_OLD);
            assertThat(lost.firstSequence()).isEqualTo(old.get(0));
            assertThat(lost.count()).isEqualTo(10);
        });
    }

    @Test
    void a_full_spool_gives_up_the_oldest_as_one_loss_that_grows_over_restarts() throws IOException {
        machine.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, DAY, 8 << 20);
        machine.open();
        long first = machine.take(1).get(0);
        long taken = 1;
        for (int round = 0; round < 4; round++) {
            taken += machine.take(8000).size();
            machine.reopenAfterKill();
        }

        Lost lost = machine.losses().get(0);
        assertThat(machine.losses()).hasSize(1);
        assertThat(lost.firstSequence()).isEqualTo(first);
        assertThat(lost.reason()).isEqualTo(Lost.Reason.SPOOL_FULL);
        assertThat(lost.count() + machine.spool.depth()).isEqualTo(taken);
        assertThat(machine.disk.bytes()).isLessThan(SpoolLimits.MIN_BYTES + machine.limits.segmentBytes() + 16_384);
        machine.spool.acknowledge(AcknowledgedRange.upTo(lost.lastSequence()));
        assertThat(machine.losses()).isEmpty();
    }

    @Test
    void what_the_collector_has_is_deleted_and_not_counted_after_a_restart() throws IOException {
        machine.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, DAY, 1 << 20);
        machine.open();
        List<Long> taken = machine.take(5000);
        machine.spool.acknowledge(AcknowledgedRange.upTo(taken.get(4899)));
        machine.spool.write();
        machine.spool.force();
        machine.spool.tidy();

        machine.reopenAfterKill();

        assertThat(machine.spool.depth()).isEqualTo(100);
        assertThat(machine.disk.bytes()).isLessThan(3 * machine.limits.segmentBytes());
        assertThat(machine.losses()).isEmpty();
    }

    @Test
    void history_put_off_is_kept_while_live_readings_are_acknowledged() throws IOException {
        machine.open();
        List<Long> taken = machine.take(3000);
        AcknowledgedRange acknowledged =
                AcknowledgedRange.upTo(taken.get(9)).deferredTo(taken.get(2000)).withLive(taken.get(2999));
        machine.spool.acknowledge(acknowledged);
        machine.spool.tidy();

        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(taken.subList(10, 2000));
        assertThat(machine.spool.startOfNewest(1000, 0)).contains(taken.get(1000));
    }

    @Test
    void a_full_disk_is_survived_in_memory_and_everything_written_when_there_is_room() throws IOException {
        machine.open();
        List<Long> before = machine.take(10);
        machine.disk.setCapacity(machine.disk.bytes() + 40);
        assertThatThrownBy(() -> machine.take(1)).hasMessageContaining("No space left");
        long inMemory = machine.spool.append(ProbeMachine.sample(machine.now(), 3));
        assertThat(machine.sequences()).hasSize(12).endsWith(inMemory);

        machine.disk.heal();
        machine.spool.write();
        machine.reopenAfterKill();

        assertThat(machine.sequences())
                .hasSize(12)
                .startsWith(before.toArray(Long[]::new))
                .endsWith(inMemory);
        assertThat(machine.losses()).isEmpty();
    }

    @Test
    void memory_stays_bounded_while_the_disk_is_away_and_says_what_went() throws IOException {
        machine.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, DAY, 100L * MemorySpool.BYTES_PER_READING);
        machine.open();
        machine.disk.setReadOnly(true);
        for (int i = 0; i < 1000; i++) {
            machine.spool.append(ProbeMachine.sample(machine.now(), i));
        }

        assertThat(machine.spool.depth()).isBetween(90L, 100L);
        assertThat(machine.losses())
                .singleElement()
                .satisfies(
                        lost -> assertThat(lost.count() + machine.spool.depth()).isEqualTo(1000));
    }

    @Test
    void from_a_read_only_disk_what_is_there_is_read() throws IOException {
        machine.open();
        List<Long> taken = machine.take(20);
        machine.disk.crashProcess();
        machine.disk.setReadOnly(true);

        machine.create().open();

        assertThat(machine.sequences()).isEqualTo(taken);
        assertThatThrownBy(machine.spool::write).hasMessageContaining("Read-only");
        assertThat(machine.spool.append(ProbeMachine.sample(machine.now(), 1))).isGreaterThan(taken.get(19));
    }

    @Test
    void what_could_not_be_forced_is_written_again_elsewhere() throws IOException {
        machine.open();
        machine.take(5);
        machine.spool.force();
        List<Long> taken = machine.take(5);
        machine.disk.failForceAfter(0);
        assertThatThrownBy(machine.spool::force).isInstanceOf(IOException.class);

        machine.spool.write();
        machine.spool.force();
        machine.reopenAfterPowerLoss();

        assertThat(machine.sequences()).containsSubsequence(taken);
    }

    @Test
    void readings_that_could_not_be_forced_are_reported_as_lost_if_power_fails_before_they_are_written_again()
            throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            ProbeMachine machine = new ProbeMachine(seed);
            machine.open();
            machine.spool.close();
            machine.open();
            machine.spool.tidy();
            List<Long> taken = machine.take(3);
            machine.disk.failForceAfter(0);
            assertThatThrownBy(machine.spool::force).isInstanceOf(IOException.class);

            machine.reopenAfterPowerLoss();

            List<Long> held = machine.sequences();
            assertThat(taken)
                    .as("with seed %d", seed)
                    .allMatch(sequence -> held.contains(sequence)
                            || machine.losses().stream()
                                    .anyMatch(lost ->
                                            lost.firstSequence() <= sequence && sequence <= lost.lastSequence()));
        }
    }

    @Test
    void files_of_others_and_random_bytes_are_left_alone() throws IOException {
        Random random = new Random(7);
        byte[] bytes = new byte[200_000];
        random.nextBytes(bytes);
        machine.disk.put("00001809040225075000.seg", bytes);
        machine.disk.put("99999999999999999999.seg", bytes);
        machine.disk.put("notes.txt", bytes);
        machine.disk.put("spool.state", bytes);
        machine.open();
        List<Long> taken = machine.take(10);
        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(taken);
        assertThat(machine.disk.list())
                .containsKeys("00001809040225075000.seg", "99999999999999999999.seg", "notes.txt");
    }

    @Test
    void a_segment_that_has_lost_its_header_still_gives_its_readings() throws IOException {
        machine.open();
        List<Long> taken = machine.take(10);
        String segment = machine.segments().get(0);
        byte[] content = machine.disk.content(segment);
        content[10] ^= 1;
        machine.disk.put(segment, content);

        machine.reopenAfterKill();

        assertThat(machine.sequences()).isEqualTo(taken);
    }

    @Test
    void records_of_a_kind_that_only_a_newer_probe_knows_are_stepped_over() throws IOException {
        machine.open();
        List<Long> taken = machine.take(10, "GPU-a");
        String segment = machine.segments().get(0);
        byte[] content = machine.disk.content(segment);
        byte[] unknown = recordOfKind(77, taken.get(0));
        ByteBuffer mixed = ByteBuffer.allocate(content.length + 2 * unknown.length);
        mixed.put(content, 0, SegmentHeader.BYTES).put(unknown);
        mixed.put(content, SegmentHeader.BYTES, content.length - SegmentHeader.BYTES)
                .put(unknown);
        machine.disk.put(segment, mixed.array());

        machine.reopenAfterKill();

        assertThat(machine.readings())
                .hasSize(10)
                .allSatisfy(reading -> assertThat(reading.sample().gpus()).hasSize(1));
        assertThat(machine.sequences()).isEqualTo(taken);
        assertThat(machine.losses()).isEmpty();
    }

    @Test
    void beginning_anew_keeps_what_is_held_and_does_not_bring_back_what_was_stored() throws IOException {
        machine.open();
        List<Long> taken = machine.take(10);
        machine.spool.acknowledge(AcknowledgedRange.upTo(taken.get(3)));
        UUID before = machine.spool.bootId();

        machine.spool.beginAnew();
        UUID after = machine.spool.bootId();
        machine.reopenAfterPowerLoss();
        machine.spool.acknowledge(AcknowledgedRange.NOTHING);

        assertThat(after).isNotEqualTo(before).isEqualTo(machine.spool.bootId());
        assertThat(machine.sequences()).isEqualTo(taken.subList(4, 10));
    }

    @Test
    void a_collector_that_claims_too_much_takes_nothing_that_is_still_to_come() throws IOException {
        machine.open();
        machine.spool.acknowledge(AcknowledgedRange.upTo(machine.spool.lastSequence() + 1000));

        List<Long> taken = machine.take(5);

        assertThat(machine.sequences()).isEqualTo(taken);
    }

    private static byte[] recordOfKind(int kind, long firstSequence) {
        ByteBuffer content = ByteBuffer.allocate(5).put((byte) kind).putInt(42).flip();
        int crc = RecordCursor.crc(RecordCursor.seed(firstSequence), content.remaining(), content.duplicate());
        return ByteBuffer.allocate(RecordCursor.PREFIX_BYTES + content.remaining())
                .putInt(content.remaining())
                .putInt(crc)
                .put(content)
                .array();
    }
}
