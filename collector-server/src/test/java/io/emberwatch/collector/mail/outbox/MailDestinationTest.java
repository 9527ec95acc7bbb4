package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.mail.outbox.MailDestination.Folder;
import io.emberwatch.collector.mail.outbox.MailDestination.Security;
import io.emberwatch.collector.mail.outbox.MailDestination.Smtp;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailDestinationTest {
    @ParameterizedTest
    @CsvSource({
        "smtp://mail.example.org,                  NONE,     mail.example.org, 25,",
        "smtp://mail.example.org:2525/,            NONE,     mail.example.org, 2525,",
        "smtps://watch@mail.example.org,           TLS,      mail.example.org, 465, watch",
        "SMTP+StartTLS://watch@mail.example.org,   STARTTLS, mail.example.org, 587, watch",
        "smtps://watch%40example.org@mail.example, TLS,      mail.example,     465, watch@example.org",
        "smtps://watch@qq.com@smtp.qq.com,         TLS,      smtp.qq.com,      465, watch@qq.com",
    })
    void a_mail_server(String url, Security security, String host, int port, String user) {
        assertThat(MailDestination.parse(url)).isEqualTo(new Smtp(security, host, port, Optional.ofNullable(user)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/var/mails", "file:///var/mails"})
    void a_folder(String url) {
        assertThat(MailDestination.parse(url)).isEqualTo(new Folder(Path.of("/var/mails")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mail.example.org",
                "http://example.org",
                "smtp:",
                "smtp://",
                "smtp://host:99999",
                "smtp://h/x",
                "smtp://h?a=b",
                "smtp://a b",
                "file:",
                "file:mails",
                "file://host/mails"
            })
    void anything_else_is_refused_with_what_is_expected(String url) {
        assertThatThrownBy(() -> MailDestination.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void a_password_is_refused_and_not_repeated() {
        assertThatThrownBy(() -> MailDestination.parse("smtps://watch@qq.com:tr0ub4dor@smtp.qq.com"))
                .hasMessageContaining("password must not stand in the mail destination")
                .hasMessageNotContaining("tr0ub4dor");
        assertThatThrownBy(() -> MailDestination.parse("smtps://watch:tr0ub4dor@mail.example.org"))
                .hasMessageContaining("password must not stand in the mail destination")
                .hasMessageNotContaining("tr0ub4dor");
    }
}
