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

    private final Box box = new Box();

    @Test
    void a_kill_loses_nothing_and_reports_nothing() throws IOException {
        box.open();
        UUID bootId = box.spool.bootId();
        List<Long> taken = box.take(1500, "GPU-a", "GPU-b");

        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(taken);
        assertThat(box.readings().get(700).sample().gpus())
                .extracting(gpu -> gpu.uuid())
                .containsExactly("GPU-a", "GPU-b");
        assertThat(box.losses()).isEmpty();
        assertThat(box.spool.bootId()).isEqualTo(bootId);
    }

    @Test
    void a_loss_of_power_costs_no_more_than_what_was_not_forced_and_is_told() throws IOException {
        box.open();
        List<Long> forced = box.take(50);
        box.spool.force();
        box.take(20);

        box.reopenAfterPowerLoss();

        assertThat(box.sequences()).startsWith(forced.toArray(Long[]::new));
        assertThat(box.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.reason()).isEqualTo(Lost.Reason.POWER_LOSS);
            assertThat(lost.count()).isZero();
            assertThat(lost.firstSequence()).isGreaterThan(forced.get(49));
        });
    }

    @Test
    void a_machine_that_went_down_after_a_good_end_has_lost_nothing() throws IOException {
        box.open();
        List<Long> taken = box.take(5);
        box.spool.close();

        box.reopenAfterPowerLoss();

        assertThat(box.sequences()).isEqualTo(taken);
        assertThat(box.losses()).isEmpty();
    }

    @Test
    void a_torn_tail_costs_the_record_torn_and_is_told() throws IOException {
        box.open();
        List<Long> taken = box.take(10);
        String segment = box.segments().get(0);
        box.disk.truncate(segment, box.disk.content(segment).length - 3);

        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(taken.subList(0, 9));
        assertThat(box.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.firstSequence()).isEqualTo(taken.get(9));
            assertThat(lost.reason()).isEqualTo(Lost.Reason.POWER_LOSS);
        });
    }

    @Test
    void a_damaged_record_costs_itself_alone() throws IOException {
        box.open();
        List<Long> taken = box.take(300);
        String segment = box.segments().get(0);
        byte[] content = box.disk.content(segment);
        content[content.length / 2] ^= 1;
        box.disk.put(segment, content);

        box.reopenAfterKill();

        assertThat(box.sequences()).hasSize(299).isSubsetOf(taken);
        assertThat(box.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.count()).isEqualTo(1);
            assertThat(lost.reason()).isEqualTo(Lost.Reason.DAMAGED);
            assertThat(taken).contains(lost.firstSequence());
        });
    }

    @Test
    void a_number_is_never_given_twice_though_disk_and_clock_go_back() throws IOException {
        box.open();
        long last = box.take(10).get(9);
        byte[] nothing = new byte[0];
        box.disk.deleteAll();
        box.disk.put("unrelated", nothing);
        box.pass(Duration.ofSeconds(5));
        box.disk.crashProcess();

        assertThat(box.open().append(Box.sample(box.now(), 1))).isGreaterThan(last);
        long next = box.take(1).get(0);
        box.setClock(Instant.parse("1999-01-01T00:00:00Z"));
        assertThat(box.reopenAfterKill().append(Box.sample(box.now(), 1))).isGreaterThan(next);
    }

    @Test
    void a_clock_far_ahead_does_not_use_the_numbers_up() throws IOException {
        box.setClock(Instant.parse("2999-01-01T00:00:00Z"));
        box.open();
        box.take(1);
        for (int i = 0; i < 50; i++) {
            box.reopenAfterKill();
        }

        assertThat(box.take(1).get(0)).isLessThan(1L << 53);
        assertThat(Numbering.startOf(box.spool.lastSequence())).isLessThan(Numbering.MAX_CLOCK_START + 100);
    }

    @Test
    void a_clock_that_jumps_forward_a_year_makes_nothing_old() throws IOException {
        box.open();
        List<Long> taken = box.take(20);
        box.setClock(box.now().plus(DAY.multipliedBy(365)));
        box.spool.tidy();
        box.reopenAfterKill();
        box.take(1);
        box.spool.tidy();

        assertThat(box.sequences()).startsWith(taken.toArray(Long[]::new));
        assertThat(box.losses()).isEmpty();
    }

    @Test
    void a_clock_set_back_reorders_nothing() throws IOException {
        box.open();
        long before = box.take(1).get(0);
        box.setClock(box.now().minus(DAY));
        long after = box.take(1).get(0);
        box.setClock(box.now().minus(DAY.multipliedBy(4000)));
        box.reopenAfterKill();

        assertThat(box.sequences()).containsExactly(before, after);
    }

    @Test
    void what_is_kept_for_longer_than_allowed_goes_and_is_told() throws IOException {
        box.open();
        List<Long> old = box.take(10);
        box.pass(DAY.multipliedBy(5));
        List<Long> newer = box.take(10);
        box.pass(DAY.multipliedBy(3));
        box.spool.tidy();

        assertThat(box.sequences()).isEqualTo(newer);
        assertThat(box.losses()).singleElement().satisfies(lost -> {
            assertThat(lost.reason()).isEqualTo(Lost.Reason.TOO_OLD);
            assertThat(lost.firstSequence()).isEqualTo(old.get(0));
            assertThat(lost.count()).isEqualTo(10);
        });
    }

    @Test
    void a_full_spool_gives_up_the_oldest_as_one_loss_that_grows_over_restarts() throws IOException {
        box.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, DAY, 8 << 20);
        box.open();
        long first = box.take(1).get(0);
        long taken = 1;
        for (int round = 0; round < 4; round++) {
            taken += box.take(8000).size();
            box.reopenAfterKill();
        }

        Lost lost = box.losses().get(0);
        assertThat(box.losses()).hasSize(1);
        assertThat(lost.firstSequence()).isEqualTo(first);
        assertThat(lost.reason()).isEqualTo(Lost.Reason.SPOOL_FULL);
        assertThat(lost.count() + box.spool.depth()).isEqualTo(taken);
        assertThat(box.disk.bytes()).isLessThan(SpoolLimits.MIN_BYTES + box.limits.segmentBytes() + 16_384);
        box.spool.acknowledge(AcknowledgedRange.upTo(lost.lastSequence()));
        assertThat(box.losses()).isEmpty();
    }

    @Test
    void what_the_collector_has_is_deleted_and_not_counted_after_a_restart() throws IOException {
        box.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, DAY, 1 << 20);
        box.open();
        List<Long> taken = box.take(5000);
        box.spool.acknowledge(AcknowledgedRange.upTo(taken.get(4899)));
        box.spool.write();
        box.spool.force();
        box.spool.tidy();

        box.reopenAfterKill();

        assertThat(box.spool.depth()).isEqualTo(100);
        assertThat(box.disk.bytes()).isLessThan(3 * box.limits.segmentBytes());
        assertThat(box.losses()).isEmpty();
    }

    @Test
    void history_put_off_is_kept_while_live_readings_are_acknowledged() throws IOException {
        box.open();
        List<Long> taken = box.take(3000);
        AcknowledgedRange acknowledged =
                AcknowledgedRange.upTo(taken.get(9)).deferredTo(taken.get(2000)).withLive(taken.get(2999));
        box.spool.acknowledge(acknowledged);
        box.spool.tidy();

        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(taken.subList(10, 2000));
        assertThat(box.spool.startOfNewest(1000, 0)).contains(taken.get(1000));
    }

    @Test
    void a_full_disk_is_survived_in_memory_and_everything_written_when_there_is_room() throws IOException {
        box.open();
        List<Long> before = box.take(10);
        box.disk.setCapacity(box.disk.bytes() + 40);
        assertThatThrownBy(() -> box.take(1)).hasMessageContaining("No space left");
        long inMemory = box.spool.append(Box.sample(box.now(), 3));
        assertThat(box.sequences()).hasSize(12).endsWith(inMemory);

        box.disk.heal();
        box.spool.write();
        box.reopenAfterKill();

        assertThat(box.sequences())
                .hasSize(12)
                .startsWith(before.toArray(Long[]::new))
                .endsWith(inMemory);
        assertThat(box.losses()).isEmpty();
    }

    @Test
    void memory_stays_bounded_while_the_disk_is_away_and_says_what_went() throws IOException {
        box.limits = new SpoolLimits(SpoolLimits.MIN_BYTES, DAY, 100L * MemorySpool.BYTES_PER_READING);
        box.open();
        box.disk.setReadOnly(true);
        for (int i = 0; i < 1000; i++) {
            box.spool.append(Box.sample(box.now(), i));
        }

        assertThat(box.spool.depth()).isBetween(90L, 100L);
        assertThat(box.losses())
                .singleElement()
                .satisfies(lost -> assertThat(lost.count() + box.spool.depth()).isEqualTo(1000));
    }

    @Test
    void from_a_read_only_disk_what_is_there_is_read() throws IOException {
        box.open();
        List<Long> taken = box.take(20);
        box.disk.crashProcess();
        box.disk.setReadOnly(true);

        box.create().open();

        assertThat(box.sequences()).isEqualTo(taken);
        assertThatThrownBy(box.spool::write).hasMessageContaining("Read-only");
        assertThat(box.spool.append(Box.sample(box.now(), 1))).isGreaterThan(taken.get(19));
    }

    @Test
    void what_could_not_be_forced_is_written_again_elsewhere() throws IOException {
        box.open();
        box.take(5);
        box.spool.force();
        List<Long> taken = box.take(5);
        box.disk.failForceAfter(0);
        assertThatThrownBy(box.spool::force).isInstanceOf(IOException.class);

        box.spool.write();
        box.spool.force();
        box.reopenAfterPowerLoss();

        assertThat(box.sequences()).containsSubsequence(taken);
    }

    @Test
    void readings_that_could_not_be_forced_are_told_as_lost_if_power_fails_before_they_are_written_again()
            throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Box machine = new Box(seed);
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
        box.disk.put("00001809040225075000.seg", bytes);
        box.disk.put("99999999999999999999.seg", bytes);
        box.disk.put("notes.txt", bytes);
        box.disk.put("spool.state", bytes);
        box.open();
        List<Long> taken = box.take(10);
        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(taken);
        assertThat(box.disk.list()).containsKeys("00001809040225075000.seg", "99999999999999999999.seg", "notes.txt");
    }

    @Test
    void a_segment_that_has_lost_its_header_still_gives_its_readings() throws IOException {
        box.open();
        List<Long> taken = box.take(10);
        String segment = box.segments().get(0);
        byte[] content = box.disk.content(segment);
        content[10] ^= 1;
        box.disk.put(segment, content);

        box.reopenAfterKill();

        assertThat(box.sequences()).isEqualTo(taken);
    }

    @Test
    void records_of_a_kind_that_only_a_newer_probe_knows_are_stepped_over() throws IOException {
        box.open();
        List<Long> taken = box.take(10, "GPU-a");
        String segment = box.segments().get(0);
        byte[] content = box.disk.content(segment);
        byte[] unknown = recordOfKind(77, taken.get(0));
        ByteBuffer mixed = ByteBuffer.allocate(content.length + 2 * unknown.length);
        mixed.put(content, 0, SegmentHeader.BYTES).put(unknown);
        mixed.put(content, SegmentHeader.BYTES, content.length - SegmentHeader.BYTES)
                .put(unknown);
        box.disk.put(segment, mixed.array());

        box.reopenAfterKill();

        assertThat(box.readings())
                .hasSize(10)
                .allSatisfy(reading -> assertThat(reading.sample().gpus()).hasSize(1));
        assertThat(box.sequences()).isEqualTo(taken);
        assertThat(box.losses()).isEmpty();
    }

    @Test
    void beginning_anew_keeps_what_is_held_and_does_not_bring_back_what_was_stored() throws IOException {
        box.open();
        List<Long> taken = box.take(10);
        box.spool.acknowledge(AcknowledgedRange.upTo(taken.get(3)));
        UUID before = box.spool.bootId();

        box.spool.beginAnew();
        UUID after = box.spool.bootId();
        box.reopenAfterPowerLoss();
        box.spool.acknowledge(AcknowledgedRange.NOTHING);

        assertThat(after).isNotEqualTo(before).isEqualTo(box.spool.bootId());
        assertThat(box.sequences()).isEqualTo(taken.subList(4, 10));
    }

    @Test
    void a_collector_that_claims_too_much_takes_nothing_that_is_still_to_come() throws IOException {
        box.open();
        box.spool.acknowledge(AcknowledgedRange.upTo(box.spool.lastSequence() + 1000));

        List<Long> taken = box.take(5);

        assertThat(box.sequences()).isEqualTo(taken);
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
