package io.emberwatch.collector.mail.outbox;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.mail.text.SampleFacts;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.testing.HostileTexts;
import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailMessagesTest {
    private final MailMessages messages = MailMessages.from("watch@watch.example.org");
    private final SampleFacts facts = new SampleFacts();

    @Test
    void headers_say_to_programs_what_the_mail_is() throws Exception {
        MimeMessage mail = sent();

        assertThat(mail.getMessageID()).isEqualTo("<raised@example.org>");
        assertThat(mail.getSentDate()).isEqualTo("2026-03-01T12:00:10Z");
        assertThat(mail.getFrom()).containsExactly(new InternetAddress("watch@watch.example.org", "Emberwatch"));
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(mail.getHeader("X-Emberwatch-Alarm")).containsExactly("17");
        assertThat(mail.getHeader("In-Reply-To")).isNull();
    }

    @Test
    void later_mails_of_an_alarm_thread_with_the_first() throws Exception {
        facts.kind(MailKind.REPEATED);
        MimeMessage mail = sent();

        assertThat(mail.getMessageID()).isEqualTo("<repeated@example.org>");
        assertThat(mail.getHeader("In-Reply-To")).containsExactly("<raised@example.org>");
        assertThat(mail.getHeader("References")).containsExactly("<raised@example.org>");
    }

    @Test
    void chinese_arrives_intact() throws Exception {
        facts.machine("计算节点七", "机房三 第5排 U12");
        MimeMessage mail = sent();

        assertThat(mail.getSubject()).isEqualTo("[critical] 计算节点七 cpu_temp_c 96.0 (limit 90.0)");
        assertThat(((InternetAddress) mail.getAllRecipients()[0]).getPersonal()).isEqualTo("王芳");
        assertThat(part(mail, 0)).contains("机房三 第5排 U12").contains("王芳").contains("°C");
        assertThat(part(mail, 1)).contains("机房三 第5排 U12").startsWith("<!DOCTYPE html>");
    }

    @Test
    void the_mail_itself_is_ascii() throws Exception {
        assertThat(bytes()).matches(bytes -> new String(bytes, StandardCharsets.US_ASCII).indexOf('\uFFFD') < 0);
    }

    @Test
    void the_same_facts_have_the_same_headers() throws Exception {
        assertThat(sent().getMessageID()).isEqualTo(sent().getMessageID());
        assertThat(sent().getSentDate()).isEqualTo(sent().getSentDate());
    }

    @Test
    void a_name_cannot_add_headers_or_recipients() throws Exception {
        facts.machine("gpu07\r\nBcc: all@example.org", "x")
                .owner("王\r\nBcc: b@example.org, c@example.org", "w@example.org");
        MimeMessage mail = sent();

        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getAllRecipients()).hasSize(1);
        assertThat(((InternetAddress) mail.getAllRecipients()[0]).getAddress()).isEqualTo("w@example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wang",
                "a@example.org, b@example.org",
                HostileTexts.NEW_HEADER,
                "g: a@b;",
                "g: a@example.org, b@example.org;",
                "\"a\r\n b\"@example.org",
                "\"a上Bcc: b@example.org\"@example.org",
                "王@example.org",
                "a@例え.example",
                "a\u202eb@example.org",
                "a\u2028b@example.org",
                "@relay.example,@other.example:a@example.org",
                "a@example.org\0"
            })
    void what_is_not_one_address_is_refused(String recipient) {
        facts.owner("王芳", recipient);

        assertThatThrownBy(this::sent).isInstanceOf(AddressException.class);
    }

    @Test
    void the_senders_name_may_be_in_any_script() {
        assertThat(MailMessages.from("机房 <ops@example.org>").domain()).isEqualTo("example.org");
    }

    @ParameterizedTest
    @MethodSource("io.emberwatch.collector.testing.HostileTexts#all")
    void whatever_a_text_holds_the_headers_are_the_same_ones_once_each(String text) throws Exception {
        List<String> usual = headerNames(sent());
        facts.machine(text, text)
                .owner(text, "w@example.org")
                .gpu(text, text, 0)
                .metric("gpu_temp_c", CRITICAL, 90, 96);
        MimeMessage mail = sent();

        assertThat(headerNames(mail)).isEqualTo(usual);
        assertThat(mail.getAllRecipients()).extracting("address").containsExactly("w@example.org");
        assertThat(mail.getSubject()).startsWith("[critical] ").endsWith(" (limit 90.0)");
        assertThat(mail.getSubject())
                .matches(HostileTexts::isHarmlessOnATerminal)
                .hasLineCount(1);
        assertThat(((MimeMultipart) mail.getContent()).getCount()).isEqualTo(2);
    }

    @Test
    void the_sender_must_be_an_address() {
        assertThatThrownBy(() -> MailMessages.from("emberwatch"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected for example emberwatch@example.org");
        assertThat(MailMessages.from("Ops <ops@example.org>").domain()).isEqualTo("example.org");
    }

    private static List<String> headerNames(MimeMessage mail) throws MessagingException {
        return Collections.list(mail.getAllHeaders()).stream()
                .map(Header::getName)
                .sorted()
                .toList();
    }

    private MimeMessage sent() throws MessagingException, IOException {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes()));
    }

    private byte[] bytes() throws MessagingException, IOException {
        MailFacts built = facts.build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        messages.alarm(built, SampleFacts.render(built)).writeTo(bytes);
        return bytes.toByteArray();
    }

    private static String part(MimeMessage mail, int index) throws MessagingException, IOException {
        return (String) ((MimeMultipart) mail.getContent()).getBodyPart(index).getContent();
    }
}
