package io.emberwatch.collector.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server that keeps a list of what it has taken, and can be in several moods. Thread-safe. */
public final class MailLedger implements AutoCloseable {
    private static final String MESSAGE_ID = "message-id: ";
    private static final int IDLE_TIMEOUT_MILLIS = 120_000;

    enum Mood {
        FRIENDLY,
        /** Breaks every connection at once, old and new. */
        STOPPED,
        /** Answers each mail with 451: try again later. */
        BUSY,
        /** Takes mails and hangs up before it says so. */
        LOSES_ANSWERS
    }

    private final ServerSocket listener;
    private final List<Delivery> taken = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile Mood mood = Mood.FRIENDLY;

    public MailLedger() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Relay.daemon("mail-ledger", this::accept);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    void mood(Mood next) {
        mood = next;
        if (next == Mood.STOPPED) {
            connections.forEach(Relay::reset);
        }
    }

    /** Every mail taken so far, in order. */
    public List<Delivery> taken() {
        return List.copyOf(taken);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        mood(Mood.STOPPED);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                Relay.daemon("mail-conversation", () -> converse(socket));
            } catch (IOException e) {
                // The client went away, or the suite is over.
            }
        }
    }

    private void converse(Socket socket) {
        try (socket) {
            socket.setSoTimeout(IDLE_TIMEOUT_MILLIS);
            if (mood == Mood.STOPPED) {
                Relay.reset(socket);
                return;
            }
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            say(socket, "220 mail ledger");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                boolean data = line.toUpperCase(Locale.ROOT).startsWith("DATA");
                if (data && mood != Mood.BUSY) {
                    say(socket, "354 go on");
                    if (!take(socket, in)) {
                        return;
                    }
                } else {
                    say(socket, data ? "451 too busy, try again later" : "250 ok");
                }
            }
        } catch (IOException e) {
            // The client went away: what was not taken, it sends again.
        } finally {
            connections.remove(socket);
        }
    }

    /** Returns whether the conversation goes on. A mail without its final dot is not taken. */
    private boolean take(Socket socket, BufferedReader in) throws IOException {
        Optional<String> messageId = Optional.empty();
        boolean headers = true;
        for (String line = in.readLine(); !".".equals(line); line = in.readLine()) {
            if (line == null) {
                return false;
            }
            headers &= !line.isEmpty();
            if (headers && line.toLowerCase(Locale.ROOT).startsWith(MESSAGE_ID)) {
                messageId = Optional.of(line.substring(MESSAGE_ID.length()).strip());
            }
        }
        boolean answers = mood != Mood.LOSES_ANSWERS;
        taken.add(new Delivery(messageId.orElse("(none)"), Instant.now(), answers));
        if (answers) {
            say(socket, "250 taken");
        }
        return answers;
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
