package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.text.SampleFacts;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailKind;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTransportTest {
    @TempDir
    private Path folder;

    private final MailMessages messages = MailMessages.from("watch@example.org");

    @Test
    void a_mail_is_a_file_that_reads_back_as_it_was() throws Exception {
        send(new SampleFacts());

        try (InputStream file = Files.newInputStream(folder.resolve(files().get(0)))) {
            MimeMessage mail = new MimeMessage(Session.getInstance(new Properties()), file);
            assertThat(mail.getSubject()).isEqualTo("[critical] gpu07 cpu_temp_c 96.0 (limit 90.0)");
            assertThat(mail.getMessageID()).isEqualTo("<raised@example.org>");
        }
    }

    @Test
    void names_sort_by_time_and_say_the_subject() throws Exception {
        send(new SampleFacts().kind(MailKind.CLEARED).clearedAfter(300, 71));
        send(new SampleFacts());

        assertThat(files().get(0))
                .matches("20260301T120010Z-critical-gpu07-cpu_temp_c-96.0-limit-90.0-[0-9a-f]+\\.eml");
        assertThat(files().get(1)).matches("20260301T130010Z-cleared-gpu07-cpu_temp_c-71.0-limit-90.0-[0-9a-f]+\\.eml");
    }

    @Test
    void a_mail_handed_over_again_is_still_one_file() throws Exception {
        send(new SampleFacts());
        send(new SampleFacts());

        assertThat(files()).hasSize(1);
    }

    @Test
    void names_stay_in_the_folder_whatever_the_machine_is_called() throws Exception {
        send(new SampleFacts().machine("../../计算/节点", "x"));

        assertThat(files()).singleElement().asString().matches("20260301T120010Z-critical-[A-Za-z0-9._-]+\\.eml");
    }

    @Test
    void a_folder_that_cannot_be_written_is_named() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        MailFacts facts = new SampleFacts().build();
        MimeMessage mail = messages.alarm(facts, SampleFacts.render(facts));

        assertThatThrownBy(() -> new FolderTransport(file, Instant.now()).send(mail))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void what_a_killed_collector_left_unfinished_is_removed_at_the_next_start_and_nothing_else() throws Exception {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        file(".unfinished-1.tmp", now.minus(Duration.ofHours(2)));
        file(".unfinished-2.tmp", now.minus(Duration.ofMinutes(59)));
        file("unfinished-3.tmp", now.minus(Duration.ofHours(2)));
        file(".unfinished-4.eml", now.minus(Duration.ofHours(2)));
        Files.setLastModifiedTime(
                Files.createDirectory(folder.resolve(".unfinished-5.tmp")),
                FileTime.from(now.minus(Duration.ofHours(2))));

        new FolderTransport(folder, now).close();

        assertThat(files())
                .containsExactly(".unfinished-2.tmp", ".unfinished-4.eml", ".unfinished-5.tmp", "unfinished-3.tmp");
    }

    private void file(String name, Instant modifiedAt) throws Exception {
        Files.setLastModifiedTime(Files.createFile(folder.resolve(name)), FileTime.from(modifiedAt));
    }

    private void send(SampleFacts sample) throws Exception {
        MailFacts facts = sample.build();
        try (MailTransport transport = new MailTransports(
                        MailDestination.parse("file:" + folder), SmtpSettings.withPassword(Optional.empty()))
                .open()) {
            transport.send(messages.alarm(facts, SampleFacts.render(facts)));
        }
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
