package io.emberwatch.collector.mail.outbox;

import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.DEFERRED;
import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.emberwatch.collector.mail.outbox.MailDestination.Smtp;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import io.emberwatch.collector.mail.text.SampleFacts;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.testing.TestCertificates;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail servers that people met, each played from a file of what it says at which step. */
@Execution(ExecutionMode.CONCURRENT)
class SmtpCasesTest {
    private static final Path CASES = Path.of("src/test/resources/cases");

    private final MimeMessage mail;

    @TempDir
    private Path folder;

    SmtpCasesTest() throws Exception {
        MailFacts facts = new SampleFacts().build();
        mail = MailMessages.from("watch@example.org").alarm(facts, SampleFacts.render(facts));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "smtp-login-refused/rules.json,                            LOGIN_REFUSED, mail.password-file",
        "smtp-login-refused/basic-auth-disabled.json,              LOGIN_REFUSED, app password",
        "smtp-login-refused/too-many-logins-421.json,              LOGIN_REFUSED, rarely",
        "smtp-passing-trouble/busy-421-at-end.json,                DEFERRED,      421 4.3.2",
        "smtp-passing-trouble/busy-421-greet.json,                 UNAVAILABLE,   Too many connections",
        "smtp-passing-trouble/close-after-dot.json,                DEFERRED,      same Message-ID",
        "smtp-passing-trouble/ehlo-501.json,                       UNAVAILABLE,   mail.ehlo-name",
        "smtp-passing-trouble/grey-450-multi.json,                 DEFERRED,      greylisting",
        "smtp-passing-trouble/o365-530-at-mail.json,               UNAVAILABLE,   the user into mail.url",
        "smtp-passing-trouble/gmail-daily-limit-550-at-end.json,   UNAVAILABLE,   quota",
        "smtp-passing-trouble/unknown-550-5.1.1.json,              REJECTED,      User unknown",
        "smtp-sender-refused-at-rcpt/blocklist-554-at-rcpt.json,   UNAVAILABLE,   block list",
        "smtp-sender-refused-at-rcpt/o365-550-5.7.60-send-as.json, UNAVAILABLE,   mail.from",
        "smtp-sender-refused-at-rcpt/postfix-helo-504-at-rcpt.json,UNAVAILABLE,   mail.ehlo-name",
        "smtp-sender-refused-at-rcpt/relay-denied-554-at-rcpt.json,DEFERRED,      allow this host",
        "smtp-sender-refused-at-rcpt/163-553-mail-from.json,       UNAVAILABLE,   mail.from",
    })
    void a_refusal_is_what_it_is(String file, Kind kind, String says) throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().follow(CASES.resolve(file));
                MailTransport transport = transport(server, "smtp", settings(Optional.empty()))) {
            DeliveryException refusal = refusal(transport);

            assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
            assertThat(refusal).hasMessageContaining(says).message().hasLineCount(1);
            assertThat(server.taken()).isZero();
        }
    }

    @Test
    void every_file_of_the_cases_is_tried() throws Exception {
        try (Stream<Path> files = Files.walk(CASES)) {
            assertThat(files.filter(file ->
                                    file.getParent().getFileName().toString().startsWith("smtp-"))
                            .map(file -> file.getFileName().toString()))
                    .hasSize(17)
                    .contains("banner-2-lines-slow.json");
        }
    }

    /** 22 s: longer than the 5 s of many clients, shorter than the minute that a server has. */
    @Test
    void a_server_whose_greeting_comes_late_and_has_two_lines_gets_the_mail() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer()
                        .follow(CASES.resolve("smtp-passing-trouble/banner-2-lines-slow.json"));
                MailTransport transport = transport(server, "smtp", settings(Optional.empty()))) {
            transport.send(mail);

            assertThat(server.taken()).isOne();
        }
    }

    @Test
    void a_server_that_is_slower_than_it_may_be_says_which_key_it_is() throws Exception {
        SmtpSettings impatient =
                new SmtpSettings(Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofMillis(200));
        try (ScriptedSmtpServer server = new ScriptedSmtpServer()
                        .follow(CASES.resolve("smtp-passing-trouble/banner-2-lines-slow.json"));
                MailTransport transport = transport(server, "smtp", impatient)) {
            assertThat(refusal(transport))
                    .hasMessageContaining("mail.timeout")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(UNAVAILABLE));
        }
    }

    @Test
    void a_server_that_knows_no_ehlo_is_greeted_in_the_old_way() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().answer("EHLO", "502 5.5.1 Unrecognized command");
                MailTransport transport = transport(server, "smtp", settings(Optional.empty()))) {
            transport.send(mail);

            assertThat(server.taken()).isOne();
            assertThat(server.heard("HELO")).isOne();
        }
    }

    @Test
    void what_hangs_up_after_the_content_gets_the_same_mail_again() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer();
                MailTransport transport = transport(server, "smtp", settings(Optional.empty()))) {
            server.answer("END", ScriptedSmtpServer.CLOSE);
            assertThat(refusal(transport).kind()).isEqualTo(DEFERRED);
            server.forget("END");
            transport.send(mail);

            assertThat(server.mails()).singleElement().asString().contains("Message-ID: " + mail.getMessageID());
        }
    }

    @Test
    void a_mail_is_of_short_lines_in_ascii_so_that_every_server_takes_it() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().offer("PIPELINING", "SMTPUTF8", "8BITMIME");
                MailTransport transport = transport(server, "smtp", settings(Optional.empty()))) {
            transport.send(mail);

            assertThat(server.mails()).singleElement().satisfies(content -> {
                assertThat(content.split("\r\n", -1)).allMatch(line -> line.length() <= 998);
                assertThat(content).isASCII();
            });
        }
    }

    /** Of cyrusimap/cyrus-imapd #4960 and containrrr/watchtower #572, among many. */
    @Test
    void a_host_without_a_full_name_greets_by_its_address() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer();
                MailTransport transport = transport(server, "smtp", settings(Optional.empty()))) {
            transport.send(mail);

            assertThat(server.lastHeard("EHLO").substring("EHLO ".length()))
                    .matches(EhloName::isOne)
                    .doesNotContain("localhost");
        }
    }

    @Test
    void the_name_to_greet_by_is_a_matter_of_configuration() throws Exception {
        SmtpSettings named = new SmtpSettings(
                Optional.empty(), Optional.of("watch.example.org"), Optional.empty(), SmtpSettings.TIMEOUT);
        try (ScriptedSmtpServer server = new ScriptedSmtpServer();
                MailTransport transport = transport(server, "smtp", named)) {
            transport.send(mail);

            assertThat(server.lastHeard("EHLO")).isEqualTo("EHLO watch.example.org");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch.example.org", "xn--fiq228c.cn", "a.b", "[192.0.2.1]", "[IPv6:2001:db8::1]"})
    void what_may_stand_behind_ehlo(String name) {
        assertThat(EhloName.isOne(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "gpu07", "gpu_07.example.org", "192.0.2.1", "[192.0.2.256]", "a b.c", "a.b\r\nQUIT"
            })
    void what_may_not_stand_behind_ehlo(String name) {
        assertThat(EhloName.isOne(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "watch.example.org,     true",
        "localhost.localdomain, false",
        "localhost,             false",
        "gpu07,                 false",
        "10.0.0.7,              false",
    })
    void which_names_of_a_host_are_full(String name, boolean isFull) {
        assertThat(EhloName.isFullName(name)).isEqualTo(isFull);
    }

    /** Of Graylog2/graylog2-server #1668, keycloak/keycloak #27756 and GluuFederation/oxTrust #627. */
    @Test
    void a_server_of_a_private_authority_is_refused_with_the_key_that_names_it_and_taken_with_it() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().startTls(TestCertificates.serverOfCa());
                MailTransport stranger = transport(server, "smtp+starttls", settings(Optional.empty()));
                MailTransport friend = transport(
                        server,
                        "smtp+starttls",
                        settings(Optional.of(TestCertificates.ca().certificateFile())))) {
            assertThat(refusal(stranger)).hasMessageContaining("PKIX").hasMessageContaining("mail.ca-file");

            friend.send(mail);

            assertThat(server.taken()).isOne();
        }
    }

    @Test
    void a_certificate_that_nobody_issued_is_its_own_authority() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().startTls(TestCertificates.selfSigned());
                MailTransport transport = transport(
                        server,
                        "smtp+starttls",
                        settings(Optional.of(TestCertificates.selfSigned().certificateFile())))) {
            transport.send(mail);

            assertThat(server.taken()).isOne();
        }
    }

    @Test
    void a_certificate_that_has_expired_or_is_for_another_name_says_so() throws Exception {
        Optional<Path> authority = Optional.of(TestCertificates.ca().certificateFile());
        try (ScriptedSmtpServer old = new ScriptedSmtpServer().startTls(TestCertificates.expiredServerOfCa());
                ScriptedSmtpServer other = new ScriptedSmtpServer().startTls(TestCertificates.ca());
                MailTransport toOld = transport(old, "smtp+starttls", settings(authority));
                MailTransport toOther = transport(other, "smtp+starttls", settings(authority))) {
            assertThat(refusal(toOld)).hasMessageContaining("has expired");
            assertThat(refusal(toOther)).hasMessageContaining("for another name");
        }
    }

    @Test
    void an_authority_that_did_not_issue_the_certificate_and_a_file_that_is_none_say_so() throws Exception {
        Path none = Files.writeString(folder.resolve("none.pem"), "no certificate");
        Path other = TestCertificates.anotherSelfSigned().certificateFile();
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().startTls(TestCertificates.serverOfCa());
                MailTransport wrong = transport(server, "smtp+starttls", settings(Optional.of(other)));
                MailTransport useless = transport(server, "smtp+starttls", settings(Optional.of(none)))) {
            assertThat(refusal(wrong)).hasMessageContaining("mail.ca-file");
            assertThat(refusal(useless))
                    .hasMessageContaining("mail.ca-file " + none)
                    .hasMessageContaining("PEM");
        }
    }

    @Test
    void a_server_that_does_not_begin_with_tls_says_which_scheme_it_wants() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer();
                MailTransport transport = transport(server, "smtps", settings(Optional.empty()))) {
            assertThat(refusal(transport)).hasMessageContaining("smtp+starttls://");
        }
    }

    @Test
    void what_is_no_mail_server_is_said_to_be_none() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().answer("greet", "HTTP/1.1 400 Bad Request");
                MailTransport transport = transport(server, "smtp", settings(Optional.empty()))) {
            assertThat(refusal(transport))
                    .hasMessageContaining("is no mail server")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(UNAVAILABLE));
        }
    }

    private DeliveryException refusal(MailTransport transport) {
        return catchThrowableOfType(DeliveryException.class, () -> transport.send(mail));
    }

    private static SmtpSettings settings(Optional<Path> caFile) {
        return new SmtpSettings(Optional.of("s3cret"), Optional.empty(), caFile, SmtpSettings.TIMEOUT);
    }

    /** Logs in where the server asks for it. */
    private static MailTransport transport(ScriptedSmtpServer server, String scheme, SmtpSettings settings)
            throws IOException {
        String user = server.asksForLogin() ? "me@" : "";
        return new SmtpTransport((Smtp) server.destination(scheme, user), settings);
    }
}
