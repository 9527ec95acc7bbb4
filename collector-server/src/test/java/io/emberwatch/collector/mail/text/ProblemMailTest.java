package io.emberwatch.collector.mail.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.mail.text.MailRenderer.Language;
import io.emberwatch.collector.mail.text.MailRenderer.RenderedMail;
import io.emberwatch.collector.problem.ProblemDigest;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProblemMailTest {
    private final MailRenderer renderer = new MailRenderer();

    @Test
    void a_mail_to_the_admin_reads_as_in_problems_txt() throws IOException {
        RenderedMail mail = render(new ProblemDigest(
                List.of(SampleDigests.READ_ONLY, SampleDigests.over(SampleDigests.of(Kind.MACHINE_LOCKED, "gpu09"))),
                List.of(SampleDigests.over(SampleDigests.of(Kind.READINGS_REJECTED, "gpu07"))),
                List.of(SampleDigests.REJECTED)));

        assertThat("Subject: " + mail.subject() + "\n\n" + mail.text()).isEqualTo(golden("problems.txt"));
    }

    @Test
    void what_is_over_is_said_in_the_subject() {
        assertThat(render(new ProblemDigest(List.of(), List.of(SampleDigests.over(SampleDigests.REJECTED)), List.of()))
                        .subject())
                .isEqualTo(
                        "Emberwatch collector watch1: no longer so: a mail was given up, as its recipient does not exist (wang@example.org)");
    }

    @Test
    void that_all_is_over_that_was_urgent_is_said_in_the_subject() {
        ProblemDigest digest = new ProblemDigest(
                List.of(), List.of(SampleDigests.over(SampleDigests.READ_ONLY)), List.of(SampleDigests.REJECTED));

        assertThat(render(digest).subject())
                .isEqualTo(
                        "Emberwatch collector watch1: watches again; over: the database cannot be written (db1:3306)");
    }

    @Test
    void many_problems_make_a_mail_that_can_still_be_read() {
        RenderedMail mail = render(new ProblemDigest(
                IntStream.range(0, 1_000)
                        .mapToObj(number -> SampleDigests.of(Kind.READINGS_REJECTED, "gpu" + number))
                        .toList(),
                List.of(),
                List.of()));

        assertThat(mail.subject()).endsWith("(gpu0), and 999 more");
        assertThat(mail.text()).contains("gpu19", "and 980 more").doesNotContain("gpu20");
        assertThat(mail.html()).contains("gpu19", "and 980 more").doesNotContain("gpu20");
    }

    private RenderedMail render(ProblemDigest digest) {
        return renderer.problems(digest, "watch1", Language.ENGLISH);
    }

    private static String golden(String name) throws IOException {
        try (var file = Objects.requireNonNull(ProblemMailTest.class.getResourceAsStream("/mail/" + name))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
