package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.TestCertificates.RIGHT;
import static io.emberwatch.probe.testing.TestCertificates.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.link.connect.CollectorCheck;
import io.emberwatch.probe.link.connect.Connection;
import io.emberwatch.probe.link.connect.TlsConnector;
import io.emberwatch.probe.link.connect.TlsServer;
import io.emberwatch.probe.testing.TestCertificates;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a session hears from who does not speak as it does. */
@Timeout(120)
final class SessionReaderTest {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(60);

    @Test
    void a_collector_that_misses_our_certificate_is_named_as_such() throws Exception {
        try (TlsServer server = TlsServer.start(server(RIGHT), true)) {
            Connection connection = new TlsConnector(
                            server.at("localhost"),
                            CollectorCheck.pinned(TestCertificates.fingerprint(RIGHT)),
                            Optional.empty())
                    .connect();

            assertThat(endOf(connection))
                    .hasValueSatisfying(reason -> assertThat(reason)
                            .contains("did not accept this machine's certificate")
                            .contains("collector.client-certificate-file"));
        }
    }

    @Test
    void in_plain_text_a_collector_that_answers_in_tls_is_named_as_such() throws Exception {
        try (TlsServer server = TlsServer.start(server(RIGHT), false)) {
            Connection connection = server.at("localhost").connect();
            connection.socket().getOutputStream().write(new byte[] {0, 0, 0, 42, 1, 2, 3, 4});

            assertThat(endOf(connection))
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains("TLS").contains("collector.tls"));
        }
    }

    private static Optional<String> endOf(Connection connection) {
        Inbox inbox = new Inbox(0);
        new SessionReader(connection, inbox, LONG_TIMEOUT).run();
        return inbox.end();
    }
}
