package io.emberwatch.probe.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.status.StatusClient.StatusUnavailable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Server and client on a real socket of this machine. */
@Timeout(120)
final class StatusServerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void each_connection_gets_the_current_status() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        serve(file(), () -> "{\"asked\":" + asked.incrementAndGet() + "}");

        assertThat(StatusClient.ask(file(), TIMEOUT)).isEqualTo("{\"asked\":1}");
        assertThat(StatusClient.ask(file(), TIMEOUT)).isEqualTo("{\"asked\":2}");
    }

    @Test
    void nobody_but_the_owner_and_root_may_ask() throws Exception {
        serve(file(), () -> "{}");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(files()).containsExactly(file());
    }

    @Test
    void those_who_connect_and_say_nothing_or_much_hold_up_nobody() throws Exception {
        serve(file(), () -> "{}");
        for (int i = 0; i < 50; i++) {
            SocketChannel peer = keep(SocketChannel.open(UnixDomainSocketAddress.of(file())));
            if (i % 2 == 0) {
                writeWhatFits(peer);
            }
        }

        assertThat(StatusClient.ask(file(), TIMEOUT)).isEqualTo("{}");
    }

    @Test
    void a_document_that_cannot_be_made_costs_its_answer_alone() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        serve(file(), () -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("defect");
            }
            return "{}";
        });

        assertThat(StatusClient.ask(file(), TIMEOUT)).isEmpty();
        assertThat(StatusClient.ask(file(), TIMEOUT)).isEqualTo("{}");
    }

    @Test
    void the_socket_of_a_dead_process_is_replaced() throws Exception {
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(file()));
        dead.close();
        assertThat(file()).exists();

        serve(file(), () -> "{}");

        assertThat(StatusClient.ask(file(), TIMEOUT)).isEqualTo("{}");
    }

    @Test
    void the_socket_of_another_probe_is_not_stolen() throws Exception {
        serve(file(), () -> "{\"probe\":1}");

        assertThat(StatusServer.open(file(), () -> "{\"probe\":2}")).isEmpty();

        assertThat(StatusClient.ask(file(), TIMEOUT)).isEqualTo("{\"probe\":1}");
        assertThat(files()).containsExactly(file());
    }

    @Test
    void a_file_that_is_no_socket_stays() throws Exception {
        Files.writeString(file(), "precious");

        assertThat(StatusServer.open(file(), () -> "{}")).isEmpty();

        assertThat(file()).hasContent("precious");
    }

    @Test
    void without_its_folder_there_is_no_socket_and_no_error() {
        assertThat(StatusServer.open(folder.resolve("none/status.sock"), () -> "{}"))
                .isEmpty();
    }

    @Test
    void a_server_that_ends_takes_its_socket_away_but_not_that_of_its_successor() throws Exception {
        StatusServer first = StatusServer.open(file(), () -> "{}").orElseThrow();
        first.close();
        assertThat(file()).doesNotExist();

        StatusServer second = StatusServer.open(file(), () -> "{}").orElseThrow();
        Files.delete(file());
        serve(file(), () -> "{\"probe\":3}");
        second.close();

        assertThat(StatusClient.ask(file(), TIMEOUT)).isEqualTo("{\"probe\":3}");
    }

    @Test
    void without_a_probe_the_answer_says_where_none_was_found() throws Exception {
        assertThatThrownBy(() -> StatusClient.ask(file(), TIMEOUT))
                .hasMessage("no probe answers at " + file() + ": is it running?");

        Files.writeString(file(), "");
        assertThatThrownBy(() -> StatusClient.ask(file(), TIMEOUT))
                .hasMessage("no probe answers at " + file() + ": is it running?");
    }

    @Test
    void hanging_probe_is_waited_for_no_longer_than_the_timeout() throws Exception {
        keep(ServerSocketChannel.open(StandardProtocolFamily.UNIX)).bind(UnixDomainSocketAddress.of(file()));

        assertThatThrownBy(() -> StatusClient.ask(file(), Duration.ofMillis(200)))
                .isInstanceOf(StatusUnavailable.class)
                .hasMessageContaining("does not answer: it is stopped, or hangs");
    }

    @Test
    void hanging_probe_is_waited_for_no_longer_than_the_timeout_while_many_ask() throws Exception {
        keep(ServerSocketChannel.open(StandardProtocolFamily.UNIX)).bind(UnixDomainSocketAddress.of(file()), 1);
        // One more than the backlog finds a place.
        for (int i = 0; i < 2; i++) {
            keep(SocketChannel.open(UnixDomainSocketAddress.of(file())));
        }

        assertThatThrownBy(() -> StatusClient.ask(file(), Duration.ofMillis(200)))
                .isInstanceOf(StatusUnavailable.class)
                .hasMessageContaining("does not answer: it is stopped, or hangs");
        assertThat(StatusServer.open(file(), () -> "{}")).isEmpty();
    }

    @Test
    void an_endless_answer_is_cut_off() throws Exception {
        ServerSocketChannel server = keep(ServerSocketChannel.open(StandardProtocolFamily.UNIX));
        server.bind(UnixDomainSocketAddress.of(file()));
        Thread endlessServer = new Thread(() -> {
            try (SocketChannel peer = server.accept()) {
                while (peer.write(ByteBuffer.allocate(1 << 16)) > 0) {
                    // Until it is cut off.
                }
            } catch (IOException e) {
                return;
            }
        });
        endlessServer.start();

        assertThatThrownBy(() -> StatusClient.ask(file(), TIMEOUT)).isInstanceOf(StatusUnavailable.class);
        endlessServer.join(30_000);
        assertThat(endlessServer.isAlive()).isFalse();
    }

    private Path file() {
        return folder.resolve("status.sock");
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void serve(Path file, java.util.function.Supplier<String> document) {
        Optional<StatusServer> server = StatusServer.open(file, document);
        Thread thread = new Thread(keep(server.orElseThrow()), "status");
        thread.setDaemon(true);
        thread.start();
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private static void writeWhatFits(SocketChannel peer) throws IOException {
        peer.configureBlocking(false);
        try {
            while (peer.write(ByteBuffer.allocate(1 << 16)) > 0) {
                // More than anybody reads.
            }
        } catch (IOException e) {
            // Turned away meanwhile.
            assertThat(peer.isOpen()).isTrue();
        }
    }
}
