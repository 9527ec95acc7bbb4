package io.emberwatch.collector.mail.text;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.mail.text.MailRenderer.RenderedMail;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailFacts.GpuFacts;
import io.emberwatch.collector.model.MailFacts.GpuFacts.GpuProcess;
import io.emberwatch.collector.model.MailFacts.GpuFacts.XidAt;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.protocol.GpuFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What owners read about their GPUs. */
class GpuMailTest {
    private static final String UUID = "GPU-8f6d8a0e-1111-2222-3333-444455556666";
    private static final Instant AT = SampleFacts.RAISED_AT;

    private final SampleFacts facts = new SampleFacts().gpu(gpu(3, UUID));

    @Test
    void a_gpu_that_is_lost_reads_as_in_lost_gpu_txt() throws IOException {
        facts.metric("gpu_fault", CRITICAL, 1, 1)
                .lastReadings(1, 1, 0, 0, 0)
                .gpus(around(
                        List.of(
                                new GpuProcess(
                                        4242,
                                        "python3",
                                        "lena",
                                        OptionalDouble.of(65_713_209_344.0),
                                        Optional.of(AT.minusSeconds(12))),
                                new GpuProcess(977, "", "", OptionalDouble.empty(), Optional.empty())),
                        3,
                        List.of(new XidAt(AT.minusSeconds(12), 79), new XidAt(AT.minusSeconds(1900), 63)),
                        OptionalDouble.empty()));

        assertThat(text()).isEqualTo(golden("lost-gpu.txt"));
    }

    @Test
    void a_gpu_near_its_own_limit_reads_as_in_margin_txt() throws IOException {
        facts.metric("gpu_slowdown_margin_c", WARNING, 10, 8)
                .lastReadings(8, 9, 11, 14, 15)
                .gpus(around(
                        List.of(new GpuProcess(4242, "python3", "lena", OptionalDouble.of(5e8), Optional.empty())),
                        0,
                        List.of(),
                        OptionalDouble.of(79)));

        assertThat(text()).isEqualTo(golden("margin.txt"));
    }

    @Test
    void a_missing_gpu_reads_as_in_missing_txt() throws IOException {
        SampleFacts machine = new SampleFacts()
                .metric("gpu_missing_count", CRITICAL, 1, 1)
                .withoutReadings()
                .gpus(GpuFacts.ofMachine(List.of(gpu(3, UUID)), 8, "NVIDIA 580.65.06"));

        assertThat(text(machine)).isEqualTo(golden("missing.txt"));
    }

    @Test
    void a_driver_without_gpus_reads_as_in_driver_txt() throws IOException {
        SampleFacts machine = new SampleFacts()
                .metric("gpu_driver_fault", CRITICAL, 1, 5)
                .lastReadings(5, 5, 0)
                .gpus(GpuFacts.ofMachine(List.of(gpu(0, "GPU-aaaa"), gpu(1, "GPU-bbbb")), 2, "NVIDIA 580.65.06"));

        assertThat(text(machine)).isEqualTo(golden("driver.txt"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gpu_fault | 1 | gpu3 has fallen off the bus | gpu3 answers again | it had fallen off the bus for 12 min.",
                "gpu_fault | 2 | gpu3 needs a reset | gpu3 needs no reset any more | it needed a reset for 12 min.",
                "gpu_fault | 8 | gpu3 needs a restart of its machine | gpu3 needs no restart of its machine any more"
                        + " | it needed a restart of its machine for 12 min.",
                "gpu_fault | 3 | gpu3 has not answered for 25 s | gpu3 answers again | it did not answer for 12 min.",
                "gpu_fault | 6 | gpu3 may not be read | gpu3 answers again | it could not be read for 12 min.",
                "gpu_fatal_xid | 48 | gpu3 reported XID 48: a memory error that could not be corrected"
                        + " | gpu3 has reported no fatal XID error for an hour | it reported XID 48:",
                "gpu_thermal_throttling | 1 | gpu3 slows down because of heat | gpu3 no longer slows down because of heat"
                        + " | for 12 min.",
                "gpu_row_remap_pending | 1 | gpu3 needs a reset to replace bad memory"
                        + " | gpu3 needs no reset for bad memory any more | for 12 min.",
                "gpu_row_remap_failed | 1 | gpu3 has bad memory that it cannot replace"
                        + " | gpu3 no longer has bad memory that it cannot replace | for 12 min.",
                "gpu_ecc_uncorrected_count | 2 | gpu3 has 2 uncorrected memory errors"
                        + " | gpu3 counts no uncorrected memory errors any more | it had 2 uncorrected memory errors for 12 min."
            })
    void what_is_wrong_with_a_gpu_is_put_in_words(
            String metric, double value, String now, String over, String sentence) {
        facts.metric(metric, CRITICAL, 1, value)
                .lastReadings(value)
                .gpus(around(List.of(), 0, List.of(), OptionalDouble.empty()));

        assertThat(subject(MailKind.RAISED)).isEqualTo("[critical] gpu07 " + now);
        assertThat(subject(MailKind.REPEATED)).isEqualTo("[repeat] gpu07 " + now);
        facts.clearedAfter(720, 0);
        assertThat(subject(MailKind.CLEARED)).isEqualTo("[cleared] gpu07 " + over);
        assertThat(text()).contains(sentence).doesNotContain("What to do");
        assertThat(subject(MailKind.PAST)).startsWith("[past] gpu07 gpu3 ");
        assertThat(text()).contains("2026-03-01 12:00:10 UTC");
    }

    @ParameterizedTest
    @CsvSource({
        "1, its GPUs have fallen off the bus",
        "3, its GPUs do not answer",
        "4, its GPUs have no driver that works",
        "5, its GPU driver was changed without a restart",
        "6, its GPUs may not be read",
        "8, its GPUs need a restart of the machine",
        "99, its GPUs cannot be read"
    })
    void what_is_wrong_with_all_gpus_is_said_of_the_machine(double fault, String words) {
        SampleFacts machine =
                new SampleFacts().metric("gpu_driver_fault", CRITICAL, 1, fault).lastReadings(fault);

        assertThat(render(machine).subject()).isEqualTo("[critical] gpu07: " + words);
        assertThat(render(machine.clearedAfter(720, 0).kind(MailKind.CLEARED)).subject())
                .isEqualTo("[cleared] gpu07: its GPUs can be read again");
    }

    @Test
    void several_missing_gpus_are_counted_and_named() {
        SampleFacts machine = new SampleFacts()
                .metric("gpu_missing_count", CRITICAL, 1, 2)
                .withoutReadings()
                .gpus(GpuFacts.ofMachine(List.of(gpu(3, "GPU-a"), gpu(4, "GPU-b")), 8, ""));

        assertThat(render(machine).subject()).isEqualTo("[critical] gpu07: 2 of its 8 GPUs are missing");
        assertThat(render(machine).text()).contains("GPU-a", "GPU-b", "gpu retire gpu07");
        assertThat(render(machine.clearedAfter(60, 0).kind(MailKind.CLEARED)).text())
                .startsWith("gpu07: no GPU is missing any more; 2 of its 8 GPUs were missing for 60 s.\n");
        assertThat(render(machine.pendingFor(60)).text())
                .as("it was missing before it had lasted long enough to be mailed")
                .startsWith("gpu07: no GPU is missing any more; 2 of its 8 GPUs were missing for 2 min.\n");
    }

    @Test
    void gpus_that_another_machine_shows_too_are_counted() {
        SampleFacts machine =
                new SampleFacts().metric("gpu_conflict_count", WARNING, 1, 1).withoutReadings();

        assertThat(render(machine).subject())
                .isEqualTo("[warning] gpu07: 1 of its GPUs is shown by another machine too");
        assertThat(render(machine).text()).contains("emberwatch-collector gpu list", "machine revoke");
        assertThat(render(machine.clearedAfter(60, 0).kind(MailKind.CLEARED)).subject())
                .isEqualTo("[cleared] gpu07: no other machine shows its GPUs any more");
    }

    @Test
    void a_margin_says_on_which_side_of_its_limit_the_gpu_is() {
        facts.metric("gpu_slowdown_margin_c", CRITICAL, 3, -2)
                .lastReadings(-2)
                .gpus(around(List.of(), 0, List.of(), OptionalDouble.of(89)));
        assertThat(subject(MailKind.RAISED)).isEqualTo("[critical] gpu07 gpu3 2.0 °C above slowdown (limit 3.0)");
        assertThat(text())
                .contains(
                        "is 2.0 °C above the temperature at which it slows down (87 °C), at 89.0 °C; its critical limit is");

        facts.clearedAfter(60, 15);
        assertThat(subject(MailKind.CLEARED)).isEqualTo("[cleared] gpu07 gpu3 15.0 °C below slowdown (limit 3.0)");
        assertThat(text()).contains("(87 °C), at 89.0 °C, and back to normal.");

        facts.clearedAfter(60, 7).warningStillFiring();
        assertThat(subject(MailKind.CLEARED))
                .isEqualTo("[warning] gpu07 gpu3 7.0 °C below slowdown (no longer critical)");

        facts.metric("gpu_mem_margin_c", CRITICAL, 3, 2).kind(MailKind.RAISED);
        assertThat(text()).contains("2.0 °C below the highest temperature that is safe for its memory (105 °C)");
    }

    @Test
    void a_margin_of_a_gpu_whose_limits_are_unknown_says_so_without_them() {
        facts.gpu(UUID, "NVIDIA H100", 3)
                .metric("gpu_slowdown_margin_c", WARNING, 10, 8)
                .withoutReadings();

        assertThat(text())
                .contains("is 8.0 °C below the temperature at which it slows down; its warning limit is 10.0 °C.\n")
                .doesNotContain("Its limits", "Processes");
    }

    @Test
    void a_switched_off_limit_is_the_end_of_a_fault_that_may_go_on() {
        facts.metric("gpu_fault", CRITICAL, 1, 1).clearedAfter(60, 1).switchedOff();

        assertThat(subject(MailKind.CLEARED)).isEqualTo("[cleared] gpu07 gpu3 gpu_fault (limit was switched off)");
        assertThat(text()).doesNotContain("answers again");
    }

    @Test
    void a_cleared_critical_count_says_what_the_warning_is_left_for() {
        facts.metric("gpu_ecc_uncorrected_count", CRITICAL, 5, 6)
                .clearedAfter(60, 2)
                .warningStillFiring();

        assertThat(subject(MailKind.CLEARED))
                .isEqualTo("[warning] gpu07 gpu3 has 2 uncorrected memory errors (no longer critical)");
    }

    @ParameterizedTest
    @EnumSource(
            value = GpuFault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void every_fault_comes_with_steps_to_take(GpuFault fault) {
        facts.metric("gpu_fault", CRITICAL, 1, fault.code()).lastReadings(fault.code());
        SampleFacts machine = new SampleFacts()
                .metric("gpu_driver_fault", CRITICAL, 1, fault.code())
                .lastReadings(fault.code());

        assertThat(text()).containsPattern("What to do:\n(  - .{20,}\\.\n){2,}");
        assertThat(text(machine)).containsPattern("What to do:\n(  - .{20,}\\.\n){2,}");
    }

    @Test
    void a_gpu_that_needs_a_restart_but_reports_its_temperature_is_no_blind_spot_and_a_reset_of_it_no_advice() {
        facts.metric("gpu_fault", CRITICAL, 1, GpuFault.RESTART_REQUIRED.code())
                .lastReadings(8)
                .gpus(around(List.of(), 0, List.of(), OptionalDouble.of(61)));

        assertThat(text())
                .contains("gpu3 of gpu07 (NVIDIA H100) needs a restart of its machine.\n")
                .contains("Let those that still work come to their end, then restart it")
                .doesNotContain("cannot be seen", "--gpu-reset");

        facts.metric("gpu_fault", CRITICAL, 1, GpuFault.RESET_REQUIRED.code()).lastReadings(2);
        assertThat(text())
                .contains("needs a reset.\n", "nvidia-smi --gpu-reset")
                .doesNotContain("cannot be seen");

        facts.gpus(around(List.of(), 0, List.of(), OptionalDouble.empty()));
        assertThat(text()).contains("needs a reset. Whether it overheats cannot be seen.");
    }

    @Test
    void how_to_reset_a_gpu_is_said_where_a_reset_helps() {
        facts.metric("gpu_fatal_xid", CRITICAL, 1, 48).lastReadings(48);
        assertThat(text())
                .contains("End what runs on the card", "systemctl stop emberwatch-probe; nvidia-smi --gpu-reset");

        facts.metric("gpu_fatal_xid", CRITICAL, 1, 79).lastReadings(79);
        assertThat(text()).contains("Restart the machine").doesNotContain("--gpu-reset");
    }

    @Test
    void a_gpu_of_another_maker_gets_no_advice_for_nvidia() {
        for (String metric : List.of("gpu_fault", "gpu_ecc_uncorrected_count", "gpu_slowdown_margin_c")) {
            SampleFacts other = new SampleFacts()
                    .gpu("PCI-0000:03:00.0", "AMD Instinct MI300X", 0)
                    .metric(metric, CRITICAL, 1, 2);
            assertThat(text(other)).contains("What to do").doesNotContain("nvidia");
        }
    }

    @Test
    void a_command_to_copy_contains_no_text_that_a_machine_could_have_made_up() {
        facts.gpu(Gpu.withoutLimits("$(reboot)", "NVIDIA H100", 3, "0; rm -rf /"))
                .metric("gpu_fault", CRITICAL, 1, 2)
                .withoutReadings();

        assertThat(text()).contains("nvidia-smi --gpu-reset -i 3;");
    }

    @Test
    void hostile_names_of_processes_and_users_stay_short_and_on_their_line() {
        List<GpuProcess> processes = HostileTexts.all()
                .map(name -> new GpuProcess(1, name, name.repeat(3), OptionalDouble.of(1), Optional.empty()))
                .toList();
        int lines = (int) text(plain(List.of(new GpuProcess(1, "x", "y", OptionalDouble.of(1), Optional.empty()))))
                .lines()
                .count();

        for (GpuProcess process : processes) {
            String mail = text(plain(List.of(process)));
            assertThat(mail.lines()).hasSize(lines).allMatch(line -> HostileTexts.isHarmlessOnATerminal(line));
            assertThat(mail.lines().filter(line -> line.startsWith("  pid")))
                    .singleElement()
                    .satisfies(line -> assertThat(line).hasSizeLessThan(280));
            assertThat(render(plain(List.of(process))).html()).doesNotContain("<script", "<img", "<a ");
        }
    }

    private SampleFacts plain(List<GpuProcess> processes) {
        return facts.metric("gpu_fault", CRITICAL, 1, 1)
                .withoutReadings()
                .gpus(around(processes, 0, List.of(), OptionalDouble.empty()));
    }

    private static Gpu gpu(int slot, String uuid) {
        return new Gpu(
                uuid,
                "NVIDIA H100",
                slot,
                "0000:3b:00.0",
                OptionalInt.of(87),
                OptionalInt.of(92),
                OptionalInt.of(105),
                OptionalInt.of(83));
    }

    private static GpuFacts around(List<GpuProcess> processes, int more, List<XidAt> xids, OptionalDouble tempC) {
        Optional<Instant> toldAt = processes.isEmpty() ? Optional.empty() : Optional.of(AT.minusSeconds(30));
        return new GpuFacts(
                List.of(), 1, "", processes, more, toldAt, xids, tempC, OptionalDouble.empty(), OptionalDouble.of(25));
    }

    private String subject(MailKind kind) {
        return render(facts.kind(kind)).subject();
    }

    private String text() {
        return text(facts);
    }

    private static String text(SampleFacts of) {
        RenderedMail mail = render(of);
        return "Subject: " + mail.subject() + "\n\n" + mail.text();
    }

    private static RenderedMail render(SampleFacts of) {
        return of.render();
    }

    private static String golden(String name) throws IOException {
        try (InputStream file = GpuMailTest.class.getResourceAsStream("/mail/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
