package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses of a host are open at which {@code listen}. */
@Tag("integration")
class ListenTest {
    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    @ParameterizedTest
    @CsvSource({"0.0.0.0, true, false", "127.0.0.1, true, false", "::, true, true", "::1, false, true"})
    void an_ipv4_address_is_open_to_ipv4_alone_and_the_wildcard_of_ipv6_to_both(
            String listen, boolean overIpv4, boolean overIpv6) throws Exception {
        NetSettings standard = TestCollectors.NET;
        NetSettings net = new NetSettings(
                new InetSocketAddress(InetAddress.getByName(listen), 0),
                standard.maxConnections(),
                standard.helloTimeout(),
                standard.idleTimeout(),
                standard.pingInterval(),
                standard.maxBatchesInFlight(),
                standard.limits());
        try (Collector collector = TestCollectors.start(database.database(), net)) {
            int port = collector.address().getPort();
            assertThat(isOpen("127.0.0.1", port)).isEqualTo(overIpv4);
            assertThat(isOpen("::1", port)).isEqualTo(overIpv6);
        }
    }

    private static boolean isOpen(String address, int port) throws Exception {
        try (Socket socket = new Socket(InetAddress.getByName(address), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
