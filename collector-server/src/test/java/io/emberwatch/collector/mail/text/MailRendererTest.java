package io.emberwatch.collector.mail.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.mail.text.MailRenderer.RenderedMail;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MailRendererTest {
    private final SampleFacts facts = new SampleFacts();

    @Test
    void a_critical_mail_reads_as_in_critical_txt() throws IOException {
        RenderedMail mail = render();

        assertThat("Subject: " + mail.subject() + "\n\n" + mail.text()).isEqualTo(golden("critical.txt"));
    }

    @Test
    void a_gpus_past_mail_reads_as_in_past_gpu_txt() throws IOException {
        facts.kind(MailKind.PAST)
                .metric("gpu_temp_c", Severity.WARNING, 83, 85)
                .gpu("GPU-5f1c", "NVIDIA A100", 3)
                .clearedAfter(300, 70);
        RenderedMail mail = render();

        assertThat("Subject: " + mail.subject() + "\n\n" + mail.text()).isEqualTo(golden("past-gpu.txt"));
    }

    @Test
    void a_mail_says_if_nobody_has_noted_a_location() {
        assertThat(facts.withoutLocation().render().text()).contains(".\nLocation: unknown (10.0.3.17).\n\nMachine ");
    }

    @Test
    void a_repeat_says_the_newest_value() {
        assertThat(render(MailKind.REPEATED).subject()).isEqualTo("[repeat] gpu07 cpu_temp_c 96.0 (limit 90.0)");
    }

    @Test
    void a_cleared_mail_says_that_all_is_well() {
        RenderedMail mail = render(MailKind.CLEARED, 300, 71);

        assertThat(mail.subject()).isEqualTo("[cleared] gpu07 cpu_temp_c 71.0 (limit 90.0)");
        assertThat(mail.text())
                .startsWith("gpu07: temperature of the hottest CPU package is 71.0 °C and back to normal.\n")
                .contains("Until      2026-03-01 12:05:10 UTC, at 71.0 °C\n")
                .doesNotContain("What to do", "alarm ack");
    }

    @Test
    void a_mail_about_the_end_says_how_often_it_returned() {
        facts.returned(37);

        assertThat(render(MailKind.CLEARED, 300, 71).text())
                .contains("Returned   37 ×, each time too soon for an alarm of its own\n");
        assertThat(render(MailKind.REPEATED).text())
                .as("not yet counted to the end")
                .doesNotContain("Returned");
    }

    @Test
    void a_cleared_mail_says_if_the_warning_is_left() {
        facts.warningStillFiring();
        RenderedMail mail = render(MailKind.CLEARED, 300, 84);

        assertThat(mail.subject())
                .as("cleared is what is over, and here something is left")
                .isEqualTo("[warning] gpu07 cpu_temp_c 84.0 (no longer critical)");
        assertThat(mail.text())
                .startsWith("gpu07: temperature of the hottest CPU package is 84.0 °C and no longer critical, but still"
                        + " beyond the warning limit.\n");
    }

    @Test
    void a_cleared_mail_says_if_the_limit_was_switched_off() {
        facts.switchedOff();
        RenderedMail mail = render(MailKind.CLEARED, 300, 96);

        assertThat(mail.subject()).isEqualTo("[cleared] gpu07 cpu_temp_c (limit was switched off)");
        assertThat(mail.text()).contains("the alarm is over because its limit was switched off.");
    }

    @Test
    void a_critical_limit_that_was_switched_off_leaves_the_warning() {
        facts.switchedOff().warningStillFiring();
        RenderedMail mail = render(MailKind.CLEARED, 300, 96);

        assertThat(mail.subject()).isEqualTo("[warning] gpu07 cpu_temp_c (limit was switched off)");
        assertThat(mail.text())
                .contains("the critical alarm is over because its limit was switched off; the warning goes on.");
    }

    @Test
    void a_mail_says_since_when_it_is_so_and_not_since_when_there_is_an_alarm() {
        facts.pendingFor(60);

        assertThat(render().text()).contains("Since      2026-03-01 11:59:10 UTC, by the machine's clock\n");
        assertThat(render(MailKind.PAST, 300, 70).text())
                .contains(" from 2026-03-01 11:59:10 UTC to 2026-03-01 12:05:10 UTC");
    }

    @Test
    void a_second_probe_with_the_same_key_is_put_in_words_with_where_it_came_from_and_what_to_do() {
        facts.metric("duplicate_probes", Severity.CRITICAL, 1, 1)
                .turnedAway("10.0.3.99:40112")
                .withoutReadings();

        assertThat(render().subject()).isEqualTo("[critical] gpu07 has a second probe with its key");
        assertThat(render().text())
                .startsWith("Another probe came with the key of gpu07 while gpu07 was connected, and was turned away;"
                        + " it came from 10.0.3.99:40112.\n")
                .contains("machine add", "machine rekey", "machine revoke");
        assertThat(render(MailKind.CLEARED, 900, 0).subject())
                .isEqualTo("[cleared] gpu07 has no second probe any more");
    }

    @Test
    void a_silent_machine_is_put_in_words() {
        facts.metric("silent_s", Severity.CRITICAL, 60, 60).withoutReadings();

        assertThat(render().subject()).isEqualTo("[critical] gpu07 silent for 60 s");
        assertThat(render(MailKind.REPEATED).subject()).isEqualTo("[repeat] gpu07 silent for 61 min");
        assertThat(render(MailKind.CLEARED, 540, 0).subject())
                .isEqualTo("[cleared] gpu07 heard again, was silent for 10 min");
    }

    @Test
    void a_test_is_marked_as_a_test() {
        facts.metric(AlarmStore.TEST_METRIC, Severity.WARNING, 0, 0).withoutReadings();

        assertThat(render().subject()).startsWith("[test] gpu07");
        assertThat(render().text()).contains("This is a test").contains("机房三 第5排 U12");
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void every_metric_has_its_mail(Metric metric) {
        for (MailKind kind : MailKind.values()) {
            SampleFacts each = new SampleFacts()
                    .metric(metric.column(), Severity.WARNING, 1, 2)
                    .kind(kind)
                    .clearedAfter(60, 0);
            assertThat(each.render().subject()).contains("gpu07");
        }
    }

    @Test
    void names_cannot_break_out_of_their_line() {
        facts.machine("gpu07\r\nBcc: all@example.org", "rack\u2028 5\u0000\u202E")
                .owner("王\n芳", "wang@example.org");
        RenderedMail mail = render();

        assertThat(mail.subject()).isEqualTo("[critical] gpu07  Bcc: all@example.org cpu_temp_c 96.0 (limit 90.0)");
        assertThat(mail.text()).contains("It is here: rack  5 ").contains("Owner      王 芳\n");
    }

    @Test
    void names_cannot_add_html() {
        facts.machine("<script>alert(1)</script>", "rack \"5\" & '6'");

        assertThat(render().html())
                .doesNotContain("<script>")
                .contains("&lt;script&gt;", "rack &quot;5&quot; &amp; &#39;6&#39;");
    }

    @Test
    void the_html_says_what_the_text_says() {
        assertThat(render().html())
                .contains("<b>gpu07: temperature of the hottest CPU package is 96.0 °C", "机房三 第5排 U12", "王芳")
                .contains("<code>emberwatch-collector alarm ack 17</code>");
    }

    private RenderedMail render() {
        return facts.render();
    }

    private RenderedMail render(MailKind kind) {
        return facts.kind(kind).render();
    }

    private RenderedMail render(MailKind kind, int clearedAfter, double value) {
        return facts.kind(kind).clearedAfter(clearedAfter, value).render();
    }

    private static String golden(String name) throws IOException {
        try (InputStream file = MailRendererTest.class.getResourceAsStream("/mail/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
