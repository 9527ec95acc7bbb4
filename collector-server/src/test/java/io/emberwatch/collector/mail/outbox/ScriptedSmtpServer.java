package io.emberwatch.collector.mail.outbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail server that answers one kind of command with what the test wants, and all others in a friendly way. */
final class ScriptedSmtpServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of(
            "GREETING",
            "220 scripted",
            "EHLO",
            "250 scripted",
            "MAIL",
            "250 ok",
            "RCPT",
            "250 ok",
            "DATA",
            "354 go on",
            ".",
            "250 taken",
            "QUIT",
            "221 bye"));
    private final AtomicInteger taken = new AtomicInteger();

    ScriptedSmtpServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "scripted-smtp");
        accepting.setDaemon(true);
        accepting.start();
    }

    /**
     * From now on answers like this.
     *
     * @param command a word of SMTP, or GREETING, or . for the end of the mail's content
     */
    ScriptedSmtpServer answer(String command, String line) {
        answers.put(command, line);
        return this;
    }

    MailDestination destination() {
        return MailDestination.parse("smtp://127.0.0.1:" + listener.getLocalPort());
    }

    int taken() {
        return taken.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                converse(socket);
            } catch (IOException e) {
                // The client went away, or the test is over.
            }
        }
    }

    private void converse(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        say(socket, answers.get("GREETING"));
        boolean content = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (content && !line.equals(".")) {
                continue;
            }
            String command = content ? "." : line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
            String answer = answers.getOrDefault(command, "250 ok");
            content = answer.startsWith("354");
            // Before it is said: whoever hears it may ask at once.
            if (command.equals(".") && answer.startsWith("250")) {
                taken.incrementAndGet();
            }
            say(socket, answer);
        }
    }

    private static void say(Socket socket, String answer) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
