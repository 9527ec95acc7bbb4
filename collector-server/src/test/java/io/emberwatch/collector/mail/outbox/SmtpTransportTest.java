package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import io.emberwatch.collector.mail.outbox.MailDestination.Smtp;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import io.emberwatch.collector.mail.outbox.SmtpTransport.Login;
import io.emberwatch.collector.mail.text.SampleFacts;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.collector.testing.MailServers;
import io.emberwatch.collector.testing.ReservedPort;
import jakarta.mail.internet.MimeMessage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpTransportTest {
    private final MimeMessage mail;

    SmtpTransportTest() throws Exception {
        MailFacts facts = new SampleFacts().build();
        mail = MailMessages.from("watch@example.org").alarm(facts, SampleFacts.render(facts));
    }

    @ParameterizedTest(name = "{1} to {0} is {2}")
    @CsvSource({
        "RCPT,  550 no such user,                               REJECTED",
        "RCPT,  450 mailbox busy,                               DEFERRED",
        "DATA,  554 no,                                         DEFERRED",
        "DATA,  451 try later,                                  DEFERRED",
        "END,   552 mailbox full,                               DEFERRED",
        "END,   452 disk full,                                  DEFERRED",
        "MAIL,  550 sender not allowed,                         UNAVAILABLE",
        "MAIL,  530 authentication required,                    UNAVAILABLE",
        "MAIL,  421 going down,                                 UNAVAILABLE",
        "RCPT,  530 authentication required,                    UNAVAILABLE",
        "greet, 554 go away,                                    UNAVAILABLE",
        "greet, 421 too many connections,                       UNAVAILABLE",
        "DATA,  421 going down,                                 UNAVAILABLE",
    })
    void a_refusal_is_understood_and_repeated_in_the_servers_words(String step, String answer, Kind kind)
            throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().answer(step, answer);
                MailTransport transport = transport(server.destination())) {
            assertThatThrownBy(() -> transport.send(mail))
                    .isInstanceOfSatisfying(
                            DeliveryException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                    .hasMessageContaining(answer);
            assertThat(server.taken()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret!", "czNjcmV0IQ==", "AG1lAHMzY3JldCE="})
    void a_password_that_the_server_repeats_is_not_passed_on(String echo) throws Exception {
        try (ScriptedSmtpServer server =
                new ScriptedSmtpServer().offer("AUTH PLAIN LOGIN").answer("AUTH", "535 what is " + echo + "?")) {
            try (MailTransport transport = new SmtpTransport(
                    (Smtp) server.destination("smtp", "me@"), SmtpSettings.withPassword(Optional.of("s3cret!")))) {
                assertThatThrownBy(() -> transport.send(mail))
                        .hasMessageContaining("535 what is ****?")
                        .hasNoCause();
            }
        }
        assertThat(new Login(Optional.of("me"), Optional.of("s3cret!"))).hasToString("Login[user=me]");
    }

    @Test
    void the_servers_words_are_one_line_that_steers_no_terminal() throws Exception {
        try (ScriptedSmtpServer server =
                        new ScriptedSmtpServer().answer("RCPT", "550-\u001b[2J first", "550 2026 ERROR forged");
                MailTransport transport = transport(server.destination())) {
            assertThatThrownBy(() -> transport.send(mail))
                    .hasMessageContaining("[2J first 550 2026 ERROR forged")
                    .message()
                    .hasLineCount(1)
                    .matches(HostileTexts::isHarmlessOnATerminal);
        }
    }

    @Test
    void a_connection_is_kept_for_the_next_mail_and_made_anew_after_a_failure() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer();
                MailTransport transport = transport(server.destination())) {
            transport.send(mail);
            server.answer("greet", "554 no more connections");
            transport.send(mail);
            server.answer("RCPT", "450 busy");
            assertThatThrownBy(() -> transport.send(mail)).hasMessageContaining("450 busy");
            server.answer("greet", "220 welcome").answer("RCPT", "250 ok");
            transport.send(mail);

            assertThat(server.taken()).isEqualTo(3);
        }
    }

    @Test
    void nobody_listening_is_unavailable() throws Exception {
        try (ReservedPort port = new ReservedPort();
                MailTransport transport = transport("smtp://127.0.0.1:" + port.number(), Optional.empty())) {
            assertThatThrownBy(() -> transport.send(mail))
                    .isInstanceOfSatisfying(
                            DeliveryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                    .hasMessageContaining("127.0.0.1:" + port.number());
        }
    }

    @Test
    void a_server_without_starttls_gets_no_mail_in_the_clear() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer()) {
            try (MailTransport transport = transport(server.destination("smtp+starttls", ""))) {
                assertThatThrownBy(() -> transport.send(mail))
                        .isInstanceOfSatisfying(
                                DeliveryException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                        .hasMessageContaining("STARTTLS");
                assertThat(server.taken()).isZero();
            }
        }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_refused() {
        GreenMail server = MailServers.withLongTimeouts(ServerSetupTest.SMTPS.dynamicPort());
        server.start();
        try (MailTransport transport =
                transport("smtps://127.0.0.1:" + server.getSmtps().getPort(), Optional.empty())) {
            assertThatThrownBy(() -> transport.send(mail)).hasMessageContaining("certification path");
        } finally {
            server.stop();
        }
    }

    @Test
    void a_user_logs_in_with_the_password_and_a_wrong_one_is_not_the_mails_fault() throws Exception {
        GreenMail server = MailServers.withLongTimeouts(ServerSetupTest.SMTP.dynamicPort());
        server.setUser("watch@example.org", "watch", "s3cret");
        server.start();
        String url = "smtp://watch@127.0.0.1:" + server.getSmtp().getPort();
        try (MailTransport right = transport(url, Optional.of("s3cret"));
                MailTransport wrong = transport(url, Optional.of("guess"))) {
            right.send(mail);
            assertThat(server.getReceivedMessages()).hasSize(1);
            assertThatThrownBy(() -> wrong.send(mail))
                    .isInstanceOfSatisfying(
                            DeliveryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOGIN_REFUSED))
                    .hasMessageContaining("535")
                    .hasMessageNotContaining("guess");
        } finally {
            server.stop();
        }
    }

    private static MailTransport transport(String url, Optional<String> password) {
        return new SmtpTransport((Smtp) MailDestination.parse(url), SmtpSettings.withPassword(password));
    }

    private static MailTransport transport(MailDestination destination) {
        return new SmtpTransport((Smtp) destination, SmtpSettings.withPassword(Optional.empty()));
    }
}
