package io.emberwatch.collector.mail.outbox;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import io.emberwatch.collector.mail.text.SampleFacts;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.problem.ProblemDigest;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.collector.testing.MailServers;
import io.emberwatch.protocol.Texts;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.swing.text.MutableAttributeSet;
import javax.swing.text.html.HTML;
import javax.swing.text.html.HTMLEditorKit;
import javax.swing.text.html.parser.ParserDelegator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mails with hostile names, over a real mail server and read back with real parsers. */
class HostileTextsInMailTest {
    private static final List<String> TEXTS = HostileTexts.all().toList();

    private final MailMessages messages = MailMessages.from("watch@example.org");

    @TempDir
    private Path folder;

    /** The elements and attributes of a page, and the text that a reader sees. */
    private record Page(List<String> structure, String text) {}

    @Test
    void each_text_arrives_as_text_and_nothing_else() throws Exception {
        Page plain = page(part(message("gpu07", "here"), 1));
        List<String> lines = part(message("gpu07", "here"), 0).lines().toList();
        List<MimeMessage> received = overSmtp();
        assertThat(received).hasSameSizeAs(TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
            MimeMessage mail = received.get(i);
            String shown = Texts.oneLine(TEXTS.get(i));
            Page page = page(part(mail, 1));

            assertThat(page.structure()).as(shown).isEqualTo(plain.structure());
            assertThat(squeezed(page.text())).contains(squeezed("here: " + shown));
            assertThat(part(mail, 0).lines()).as(shown).hasSameSizeAs(lines);
            assertThat(mail.getSubject()).startsWith("[critical] ").contains(shown.replace("=?", "= ?"));
            assertThat(mail.getHeader("Subject")).hasSize(1);
            assertThat(mail.getHeader("Bcc")).isNull();
            assertThat(mail.getHeader("Cc")).isNull();
            assertThat(mail.getAllRecipients()).extracting("address").containsExactly("lena@example.org");
        }
    }

    @Test
    void each_text_arrives_as_text_in_a_mail_to_the_admin_too() throws Exception {
        Page plain = page(part(problem("gpu07"), 1));
        List<String> lines = part(problem("gpu07"), 0).lines().toList();
        for (String text : TEXTS) {
            String shown = Texts.oneLine(text);
            MimeMessage mail = problem(text);
            Page page = page(part(mail, 1));

            assertThat(page.structure()).as(shown).isEqualTo(plain.structure());
            assertThat(squeezed(page.text())).contains(squeezed(shown));
            assertThat(part(mail, 0).lines()).as(shown).hasSameSizeAs(lines);
            assertThat(mail.getHeader("Subject")).hasSize(1);
            assertThat(mail.getAllRecipients()).extracting("address").containsExactly("admin@example.org");
        }
    }

    private MimeMessage problem(String text) throws Exception {
        Instant now = Instant.parse("2026-11-27T12:00:00Z");
        ServiceProblem problem = new ServiceProblem(Kind.READINGS_REJECTED, text, text, now, now, 1, false);
        return messages.problems(
                new ProblemDigest(List.of(problem), List.of(), List.of()), "watch1", "admin@example.org", now);
    }

    @Test
    void a_file_of_a_mail_lies_in_its_folder_whatever_the_subject() throws Exception {
        try (MailTransport transport = new MailTransports(
                        new MailDestination.Folder(folder.resolve("mail")), SmtpSettings.withPassword(Optional.empty()))
                .open()) {
            for (String text : TEXTS) {
                transport.send(message(text, text));
            }
        }
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile))
                    .allSatisfy(file -> {
                        assertThat(file.getParent()).isEqualTo(folder.resolve("mail"));
                        assertThat(file.getFileName().toString()).matches("[A-Za-z0-9._-]{1,130}\\.eml");
                    })
                    .isNotEmpty();
        }
    }

    private List<MimeMessage> overSmtp() throws Exception {
        GreenMail server = MailServers.smtp(0);
        server.start();
        try (MailTransport transport = new MailTransports(
                        MailDestination.parse(
                                "smtp://127.0.0.1:" + server.getSmtp().getPort()),
                        SmtpSettings.withPassword(Optional.empty()))
                .open()) {
            for (String text : TEXTS) {
                transport.send(message(text, text));
            }
            return List.of(server.getReceivedMessages());
        } finally {
            server.stop();
        }
    }

    private MimeMessage message(String name, String place) throws Exception {
        MailFacts facts = new SampleFacts()
                .machine(name, place)
                .owner(name, "lena@example.org")
                .metric("gpu_temp_c", CRITICAL, 90, 96)
                .gpu("GPU-" + name, name + " ", 0)
                .build();
        return messages.alarm(facts, SampleFacts.render(facts));
    }

    private static String part(MimeMessage mail, int index) throws Exception {
        return (String) ((MimeMultipart) mail.getContent()).getBodyPart(index).getContent();
    }

    private static Page page(String html) throws IOException {
        List<String> structure = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        new ParserDelegator()
                .parse(
                        new StringReader(html),
                        new HTMLEditorKit.ParserCallback() {
                            @Override
                            public void handleStartTag(HTML.Tag tag, MutableAttributeSet attributes, int position) {
                                structure.add(tag + " " + attributes);
                            }

                            @Override
                            public void handleSimpleTag(HTML.Tag tag, MutableAttributeSet attributes, int position) {
                                structure.add(tag + " " + attributes);
                            }

                            @Override
                            public void handleComment(char[] comment, int position) {
                                structure.add("comment");
                            }

                            @Override
                            public void handleText(char[] shown, int position) {
                                text.append(shown);
                            }
                        },
                        true);
        return new Page(structure, text.toString());
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
