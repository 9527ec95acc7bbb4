package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FaultProxyTest {
    private static final int A_MOMENT_MILLIS = 200;

    private ServerSocket listener;
    private FaultProxy proxy;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
        client = newClient();
        server = listener.accept();
        await().until(() -> proxy.open() == 1);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        proxy.close();
        listener.close();
    }

    @Test
    void it_passes_on_bytes_and_the_end_of_each_way_when_there_is_no_fault() throws IOException {
        send(client, "question");
        assertThat(receive(server, 8)).isEqualTo("question");
        client.shutdownOutput();
        assertThat(server.getInputStream().read()).isEqualTo(-1);
        send(server, "answer");
        server.shutdownOutput();
        assertThat(receiveAll(client)).isEqualTo("answer");
        await().until(() -> proxy.open() == 0);
    }

    @Test
    void a_reset_breaks_both_sides() throws IOException {
        proxy.reset();

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
        await().until(() -> proxy.open() == 0);
    }

    @Test
    void a_finish_ends_both_sides_in_good_order() throws IOException {
        send(client, "said");
        assertThat(receive(server, 4)).isEqualTo("said");

        proxy.finish();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void refused_connections_break_and_the_open_one_lives() throws IOException {
        proxy.refuse(true);
        assertThatThrownBy(this::connectAndRead).isInstanceOf(SocketException.class);
        send(client, "alive");
        assertThat(receive(server, 5)).isEqualTo("alive");

        proxy.refuse(false);
        try (Socket welcome = newClient();
                Socket other = listener.accept()) {
            send(welcome, "hello");
            assertThat(receive(other, 5)).isEqualTo("hello");
        }
    }

    @Test
    void a_server_that_is_away_breaks_the_connection() throws IOException {
        listener.close();

        assertThatThrownBy(this::connectAndRead).isInstanceOf(SocketException.class);
    }

    @Test
    void a_stall_holds_up_one_way_and_loses_nothing() throws IOException {
        proxy.stall(Direction.TO_SERVER, true);
        send(client, "held");
        send(server, "free");

        assertThat(receive(client, 4)).isEqualTo("free");
        assertNothingFor(server);

        proxy.stall(Direction.TO_SERVER, false);
        assertThat(receive(server, 4)).isEqualTo("held");
    }

    @Test
    void a_delay_holds_up_each_chunk_until_it_is_lifted() throws IOException {
        proxy.delay(Duration.ofMillis(A_MOMENT_MILLIS));
        long start = System.nanoTime();
        send(client, "slow");
        assertThat(receive(server, 4)).isEqualTo("slow");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(A_MOMENT_MILLIS));

        proxy.delay(Duration.ofHours(1));
        send(client, "slower");
        proxy.heal();
        assertThat(receive(server, 6)).isEqualTo("slower");
    }

    @Test
    void a_halved_chunk_is_the_last_of_its_connection() throws IOException {
        proxy.arm(Trap.any(Direction.TO_CLIENT, Trap.Verdict.HALVE));
        send(client, "whole");
        assertThat(receive(server, 5)).isEqualTo("whole");
        send(server, "half and half");

        assertThat(receiveAll(client)).isEqualTo("half a");
        assertThat(proxy.sprung()).isEqualTo(1);
    }

    @Test
    void a_half_closed_connection_goes_on_the_other_way() throws IOException {
        proxy.arm(Trap.any(Direction.TO_SERVER, Trap.Verdict.HALF_CLOSE));
        send(client, "last");

        assertThat(receiveAll(server)).isEqualTo("last");
        send(server, "more");
        assertThat(receive(client, 4)).isEqualTo("more");
    }

    @Test
    void after_a_commit_was_passed_on_the_answer_is_lost() throws IOException {
        proxy.arm(Trap.commit(Trap.Verdict.CUT_AFTER));
        send(client, "\7\0\0\0\3select");
        assertThat(receive(server, 11)).endsWith("select");
        send(client, "\7\0\0\0\3COMMIT");

        assertThat(receiveAll(server)).endsWith("COMMIT");
        send(server, "done");
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void before_a_commit_is_passed_on_both_sides_break() throws IOException {
        proxy.arm(Trap.commit(Trap.Verdict.CUT_BEFORE));
        send(client, "\7\0\0\0\3commit");

        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void the_end_of_a_mail_is_known_by_its_dot() throws IOException {
        proxy.arm(Trap.endOfMail(Trap.Verdict.CUT_AFTER));
        send(client, "Subject: x\r\n");
        assertThat(receive(server, 12)).isEqualTo("Subject: x\r\n");
        send(client, "text\r\n.\r\n");

        assertThat(receiveAll(server)).isEqualTo("text\r\n.\r\n");
        assertThat(proxy.sprung()).isEqualTo(1);
    }

    @Test
    void what_an_old_connection_said_arrives_after_a_newer_one_was_answered() throws IOException {
        proxy.holdBack();
        send(client, "old");
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        try (Socket newer = newClient();
                Socket newerServer = listener.accept()) {
            send(newerServer, "challenge");
            assertThat(receive(newer, 9)).isEqualTo("challenge");
            assertNothingFor(server);
            send(newerServer, "welcome");

            assertThat(receiveAll(server)).isEqualTo("old");
            send(newer, "new");
            assertThat(receive(newerServer, 3)).isEqualTo("new");
        }
    }

    /** A connection that is reset at once may break while it is made, or when it is read from. */
    private int connectAndRead() throws IOException {
        try (Socket fresh = newClient()) {
            return fresh.getInputStream().read();
        }
    }

    private Socket newClient() throws IOException {
        return new Socket(proxy.address().getAddress(), proxy.address().getPort());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private static String receiveAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void assertNothingFor(Socket socket) throws IOException {
        socket.setSoTimeout(A_MOMENT_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(0);
    }
}
