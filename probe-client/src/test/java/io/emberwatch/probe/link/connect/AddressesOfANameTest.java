package io.emberwatch.probe.link.connect;

import static io.emberwatch.probe.testing.TestCertificates.ELSEWHERE;
import static io.emberwatch.probe.testing.TestCertificates.RIGHT;
import static io.emberwatch.probe.testing.TestCertificates.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A name with several addresses, behind some of which there is no collector, on real sockets. */
@Timeout(120)
final class AddressesOfANameTest {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration HASTY = Duration.ofMillis(300);
    private static final String NAME = "collector.example.org";

    @Test
    void behind_an_address_that_refuses_the_next_one_is_tried() throws Exception {
        try (ServerSocket collector = listenAt("127.0.0.2")) {
            PlainConnector connector = at(collector, LONG_TIMEOUT, "127.0.0.1", "127.0.0.2");

            assertThat(addressOfNext(connector)).isEqualTo("127.0.0.2");
        }
    }

    @Test
    void behind_an_address_that_does_not_answer_the_next_one_is_tried() throws Exception {
        try (ServerSocket collector = listenAt("127.0.0.2");
                Deaf deaf = Deaf.at("127.0.0.1", collector.getLocalPort())) {
            PlainConnector connector = at(collector, HASTY, "127.0.0.1", "127.0.0.2");

            assertThat(addressOfNext(connector)).isEqualTo("127.0.0.2");
            assertThat(deaf.isFull()).isTrue();
        }
    }

    @Test
    void addresses_of_both_families_are_tried() throws Exception {
        try (ServerSocket collector = listenAt("::1")) {
            assertThat(addressOfNext(at(collector, LONG_TIMEOUT, "127.0.0.1", "::1")))
                    .isEqualTo("0:0:0:0:0:0:0:1");
        }
        try (ServerSocket collector = listenAt("127.0.0.1")) {
            assertThat(addressOfNext(at(collector, LONG_TIMEOUT, "::1", "127.0.0.1")))
                    .isEqualTo("127.0.0.1");
        }
    }

    @Test
    void who_answers_without_being_the_collector_is_passed_over() throws Exception {
        try (TlsServer impostor = TlsServer.start(TestCertificates.server(ELSEWHERE), false);
                TlsServer collector = TlsServer.start(TestCertificates.server(RIGHT), false, "127.0.0.2", impostor)) {
            TlsConnector connector = secured(impostor, RIGHT, "127.0.0.1", "127.0.0.2");

            try (Connection connection = connector.connect()) {
                assertThat(connection.address()).isEqualTo("127.0.0.2");
                assertThat(connection.channelBinding())
                        .isEqualTo(fingerprint(RIGHT).hash());
            }
            assertThat(impostor.heard()).isEmpty();
            assertThat(collector.heard()).isEmpty();
        }
    }

    @Test
    void where_the_probe_was_let_in_it_goes_first_the_next_time() throws Exception {
        try (ServerSocket first = listenAt("127.0.0.1");
                ServerSocket second = listenAt("127.0.0.2", first.getLocalPort())) {
            PlainConnector connector = at(second, LONG_TIMEOUT, "127.0.0.1", "127.0.0.2");

            assertThat(addressOfNext(connector)).isEqualTo("127.0.0.1");
            assertThat(addressOfNext(connector)).as("was not let in").isEqualTo("127.0.0.2");
            connector.welcomed();
            assertThat(addressOfNext(connector)).as("was let in").isEqualTo("127.0.0.2");
            assertThat(addressOfNext(connector)).as("was not let in").isEqualTo("127.0.0.1");
        }
    }

    @Test
    void if_all_fail_each_is_named_with_its_reason() throws Exception {
        int port = freePort();

        assertThatThrownBy(() ->
                        connector(port, LONG_TIMEOUT, "127.0.0.1", "127.0.0.2").connect())
                .hasMessage("127.0.0.1: Connection refused; 127.0.0.2: Connection refused");
    }

    @Test
    void an_impostor_is_reported_as_one_though_other_addresses_do_not_answer() throws Exception {
        try (TlsServer impostor = TlsServer.start(TestCertificates.server(ELSEWHERE), false)) {
            TlsConnector connector = secured(impostor, RIGHT, "127.0.0.1", "127.0.0.2");

            assertThatThrownBy(connector::connect)
                    .isInstanceOf(Connector.UntrustedException.class)
                    .hasMessageStartingWith("127.0.0.1: expected the certificate " + fingerprint(RIGHT))
                    .hasMessageEndingWith("; 127.0.0.2: Connection refused");
        }
    }

    private static String addressOfNext(PlainConnector connector) throws IOException {
        try (Connection connection = connector.connect()) {
            return connection.address();
        }
    }

    private static TlsConnector secured(TlsServer server, String certificate, String... addresses) {
        return new TlsConnector(
                connector(server.port(), LONG_TIMEOUT, addresses),
                CollectorCheck.pinned(fingerprint(certificate)),
                Optional.empty());
    }

    private static PlainConnector at(ServerSocket server, Duration timeout, String... addresses) {
        return connector(server.getLocalPort(), timeout, addresses);
    }

    private static PlainConnector connector(int port, Duration timeout, String... addresses) {
        InetAddress[] known =
                Arrays.stream(addresses).map(AddressesOfANameTest::address).toArray(InetAddress[]::new);
        return new PlainConnector(NAME, port, timeout, name -> known);
    }

    private static ServerSocket listenAt(String address) throws IOException {
        return listenAt(address, 0);
    }

    private static ServerSocket listenAt(String address, int port) throws IOException {
        return new ServerSocket(port, 5, address(address));
    }

    private static int freePort() throws IOException {
        try (ServerSocket server = listenAt("127.0.0.1")) {
            return server.getLocalPort();
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    /** Listens, but takes nobody: who connects waits without an answer. */
    private static final class Deaf implements AutoCloseable {
        private static final int MORE_THAN_WAIT = 5;
        private static final int SOON_MILLIS = 200;

        private final ServerSocket server;
        private final Socket[] waiting = new Socket[MORE_THAN_WAIT];

        private Deaf(ServerSocket server) {
            this.server = server;
        }

        static Deaf at(String address, int port) throws IOException {
            Deaf deaf = new Deaf(new ServerSocket(port, 1, address(address)));
            for (int i = 0; i < MORE_THAN_WAIT; i++) {
                deaf.waiting[i] = new Socket();
                deaf.connect(deaf.waiting[i]);
            }
            return deaf;
        }

        private boolean connect(Socket socket) {
            try {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), SOON_MILLIS);
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        boolean isFull() throws IOException {
            try (Socket another = new Socket()) {
                return !connect(another);
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
            server.close();
        }
    }
}
