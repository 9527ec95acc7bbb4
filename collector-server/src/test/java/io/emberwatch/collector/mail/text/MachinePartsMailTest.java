package io.emberwatch.collector.mail.text;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.MailKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What owners read about the CPUs, drives, memory and filesystems of their machines. */
class MachinePartsMailTest {
    private final SampleFacts facts = new SampleFacts();

    /** Field case drives-over-own-limits: a drive 1 °C below its own critical limit. */
    @Test
    void a_drive_near_its_own_limit_is_said_to_be() {
        facts.metric("nvme_margin_c", CRITICAL, 1, 1).lastReadings(1, 3).hottest(73.9);

        assertThat(subject(MailKind.RAISED))
                .isEqualTo("[critical] gpu07 NVMe drive 1.0 °C below its own limit (limit 1.0)");
        assertThat(text())
                .startsWith("gpu07: an NVMe drive is 1.0 °C below the highest temperature that its maker allows"
                        + " (the hottest is at 73.9 °C); its critical limit is 1.0 °C.\n")
                .contains("emberwatch-probe sample --sensors");
        facts.clearedAfter(60, 12);
        assertThat(subject(MailKind.CLEARED))
                .isEqualTo("[cleared] gpu07 NVMe drive 12.0 °C below its own limit (limit 1.0)");
        assertThat(text()).contains("(the hottest is at 73.9 °C) and back to normal.");
    }

    /** Field case drives-over-own-limits: a SATA disk above its own limit, of which nothing else is known. */
    @Test
    void a_disk_above_its_own_limit_is_said_to_be() {
        facts.metric("disk_margin_c", CRITICAL, 0, -1).lastReadings(-1);

        assertThat(subject(MailKind.RAISED))
                .isEqualTo("[critical] gpu07 SATA or SAS drive 1.0 °C above its own limit (limit 0.0)");
        assertThat(text())
                .startsWith("gpu07: a SATA or SAS drive is 1.0 °C above the highest temperature that its maker allows;"
                        + " its critical limit is 0.0 °C.\n");
    }

    @ParameterizedTest
    @CsvSource({"cpu_margin_c, CPU, a CPU", "mem_margin_c, memory module, a memory module"})
    void so_are_cpus_and_memory(String metric, String part, String aPart) {
        facts.metric(metric, WARNING, 5, 4.5)
                .lastReadings(4.5)
                .clearedAfter(60, 9)
                .warningStillFiring();

        assertThat(subject(MailKind.RAISED))
                .isEqualTo("[warning] gpu07 " + part + " 4.5 °C below its own limit (limit 5.0)");
        assertThat(subject(MailKind.REPEATED)).startsWith("[repeat] gpu07 " + part + " 4.5 °C below");
        assertThat(subject(MailKind.PAST)).startsWith("[past] gpu07 " + part + " 4.5 °C below");
        assertThat(text()).startsWith("gpu07: " + aPart + " was up to 4.5 °C below");
        assertThat(subject(MailKind.CLEARED))
                .isEqualTo("[warning] gpu07 " + part + " 9.0 °C below its own limit (no longer critical)");
    }

    @Test
    void a_margin_alarm_that_ends_otherwise_says_why() {
        facts.metric("nvme_margin_c", CRITICAL, 1, 1).clearedAfter(60, 1).switchedOff();

        assertThat(subject(MailKind.CLEARED)).isEqualTo("[cleared] gpu07 nvme_margin_c (limit was switched off)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    temp_alarm_count     | 1 | 1 of its temperature sensors signals an alarm     | none of its temperature sensors signals an alarm any more
                    temp_alarm_count     | 3 | 3 of its temperature sensors signal an alarm      | none of its temperature sensors signals an alarm any more
                    fs_read_only_count   | 1 | 1 of its filesystems has become read-only         | what had become read-only of its filesystems can be written to again
                    fs_unreachable_count | 2 | 2 of its filesystems cannot be measured           | all of its filesystems can be measured again
                    hung_read_count      | 1 | 1 of its mount points and devices does not answer | all of its mount points and devices answer again
                    """)
    void what_is_wrong_with_sensors_and_filesystems_is_put_in_words(
            String metric, double count, String now, String over) {
        facts.metric(metric, CRITICAL, 1, count).lastReadings(count);

        assertThat(subject(MailKind.RAISED)).isEqualTo("[critical] gpu07: " + now);
        assertThat(text()).startsWith("gpu07: " + now + ".\n").contains("What to do");
        facts.clearedAfter(720, 0);
        assertThat(subject(MailKind.CLEARED)).isEqualTo("[cleared] gpu07: " + over);
        assertThat(text()).contains(" for 12 min.\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpu_margin_c",
                "nvme_margin_c",
                "disk_temp_c",
                "disk_margin_c",
                "mem_margin_c",
                "temp_alarm_count",
                "fs_inodes_used_percent",
                "fs_read_only_count",
                "fs_unreachable_count",
                "hung_read_count"
            })
    void which_part_it_is_is_to_be_seen_on_the_machine(String metric) {
        facts.metric(metric, CRITICAL, 1, 1).lastReadings(1);

        assertThat(text())
                .containsPattern(
                        "What to do:\n  - See which .*(emberwatch-probe (sample --sensors|status)|df -i).*\n(  - .{20,}\\.\n){2,}");
    }

    private String subject(MailKind kind) {
        return facts.kind(kind).render().subject();
    }

    private String text() {
        return facts.render().text();
    }
}
