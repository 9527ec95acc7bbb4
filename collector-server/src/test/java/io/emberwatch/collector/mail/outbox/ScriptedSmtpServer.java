package io.emberwatch.collector.mail.outbox;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.emberwatch.collector.testing.TestCertificates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A mail server that answers the steps that a test names as the test wants, and all others in a friendly way. Steps are
 * the commands of SMTP, {@code greet} for the first word, and {@code END} for the end of a mail's content. Any number of
 * clients may talk to it at once.
 */
final class ScriptedSmtpServer implements AutoCloseable {
    /** In the place of a line: hangs up. */
    static final String CLOSE = "CLOSE";

    private static final Map<String, String> FRIENDLY = Map.of(
            "greet", "220 scripted ESMTP",
            "DATA", "354 go on",
            "END", "250 2.0.0 taken",
            "STARTTLS", "220 go on",
            "AUTH", "235 2.7.0 welcome",
            "QUIT", "221 bye");

    private record Answer(Duration after, List<String> lines) {}

    private final ServerSocket listener;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> extensions = new CopyOnWriteArrayList<>(List.of("8BITMIME"));
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final CountDownLatch isClosed = new CountDownLatch(1);
    private volatile Optional<TestCertificates.Issued> identity = Optional.empty();

    ScriptedSmtpServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept, "scripted-smtp");
    }

    /**
     * From now on answers a step like this.
     *
     * @param lines each with its code, or {@link #CLOSE}
     */
    ScriptedSmtpServer answer(String step, String... lines) {
        answers.put(step, new Answer(Duration.ZERO, List.of(lines)));
        return this;
    }

    /** From now on answers this step in a friendly way again. */
    ScriptedSmtpServer forget(String step) {
        answers.remove(step);
        return this;
    }

    /** From now on offers these keywords in answer to EHLO. */
    ScriptedSmtpServer offer(String... keywords) {
        extensions.clear();
        extensions.addAll(List.of(keywords));
        return this;
    }

    /** From now on offers STARTTLS, and shows this certificate. */
    ScriptedSmtpServer startTls(TestCertificates.Issued certificate) {
        identity = Optional.of(certificate);
        return offer("8BITMIME", "STARTTLS");
    }

    /**
     * From now on behaves as a file says: a JSON object of step → answer, which is a list of lines, or
     * {@code {"sleep": seconds, "say": lines}}; {@code ext} lists the keywords that are offered.
     */
    ScriptedSmtpServer follow(Path rules) throws IOException {
        JsonObject steps = JsonParser.parseString(Files.readString(rules)).getAsJsonObject();
        steps.entrySet().forEach(step -> {
            if (step.getKey().equals("ext")) {
                offer(lines(step.getValue()).toArray(new String[0]));
            } else {
                answers.put(step.getKey(), answer(step.getValue()));
            }
        });
        return this;
    }

    private static Answer answer(JsonElement rule) {
        if (rule instanceof JsonArray lines) {
            return new Answer(Duration.ZERO, lines(lines));
        }
        JsonObject slow = rule.getAsJsonObject();
        return new Answer(Duration.ofSeconds(slow.get("sleep").getAsLong()), lines(slow.get("say")));
    }

    private static List<String> lines(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    boolean asksForLogin() {
        return extensions.stream().anyMatch(keyword -> keyword.startsWith("AUTH "));
    }

    int port() {
        return listener.getLocalPort();
    }

    MailDestination destination() {
        return destination("smtp", "");
    }

    /** @param user with its @, or empty */
    MailDestination destination(String scheme, String user) {
        return MailDestination.parse(scheme + "://" + user + "127.0.0.1:" + port());
    }

    /** How many mails it has taken. */
    int taken() {
        return taken.size();
    }

    /** What it has taken, each as it came over the wire, but for the dots of transparency. */
    List<String> mails() {
        return List.copyOf(taken);
    }

    /** How often it heard this command. */
    long heard(String command) {
        return heard.stream().filter(line -> verb(line).equals(command)).count();
    }

    /** What came with this command the last time. */
    String lastHeard(String command) {
        return heard.stream()
                .filter(line -> verb(line).equals(command))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static String verb(String line) {
        return line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                daemon(() -> new Conversation(socket).hold(), "scripted-smtp-client");
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    private static void daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        isClosed.countDown();
        listener.close();
    }

    /** With one client. */
    private final class Conversation {
        private Socket socket;
        private BufferedReader in;
        private boolean isOver;

        Conversation(Socket socket) {
            this.socket = socket;
        }

        void hold() {
            try {
                in = reader(socket);
                say("greet");
                for (String line = in.readLine(); line != null && !isOver; line = isOver ? null : in.readLine()) {
                    heard.add(line);
                    hear(verb(line), line);
                }
            } catch (IOException e) {
                // The client went away, or the test is over.
            } finally {
                closeQuietly();
            }
        }

        private void hear(String verb, String line) throws IOException {
            switch (verb) {
                case "EHLO" -> say("EHLO", ehlo());
                case "AUTH" -> {
                    if (line.toUpperCase(Locale.ROOT).equals("AUTH LOGIN")) {
                        write("334 VXNlcm5hbWU6");
                        in.readLine();
                        write("334 UGFzc3dvcmQ6");
                        in.readLine();
                    }
                    say("AUTH");
                }
                case "STARTTLS" -> {
                    if (say("STARTTLS").startsWith("220")) {
                        secure();
                    }
                }
                case "DATA" -> {
                    if (say("DATA").startsWith("354")) {
                        content();
                    }
                }
                default -> isOver |= say(verb).startsWith("221");
            }
        }

        private void content() throws IOException {
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                lines.add(line.startsWith(".") ? line.substring(1) : line);
            }
            // Before it is said: whoever hears it may ask at once.
            boolean isTaken = answers.getOrDefault("END", new Answer(Duration.ZERO, List.of(FRIENDLY.get("END"))))
                    .lines()
                    .get(0)
                    .startsWith("2");
            if (isTaken) {
                taken.add(String.join("\r\n", lines));
            }
            say("END");
        }

        private List<String> ehlo() {
            List<String> keywords = new ArrayList<>(extensions);
            if (socket instanceof SSLSocket) {
                keywords.remove("STARTTLS");
            }
            keywords.add(0, "scripted");
            return keywords.stream()
                    .map(word -> "250" + (word.equals(keywords.get(keywords.size() - 1)) ? " " : "-") + word)
                    .toList();
        }

        private void secure() throws IOException {
            SSLSocketFactory factory =
                    TestCertificates.server(identity.orElseThrow()).getSocketFactory();
            SSLSocket secured = (SSLSocket) factory.createSocket(socket, null, true);
            secured.setUseClientMode(false);
            secured.startHandshake();
            socket = secured;
            in = reader(secured);
        }

        private String say(String step) throws IOException {
            return say(step, List.of(FRIENDLY.getOrDefault(step, "250 2.0.0 ok")));
        }

        /** Returns the first line that was said. */
        private String say(String step, List<String> friendly) throws IOException {
            Answer answer = answers.getOrDefault(step, new Answer(Duration.ZERO, friendly));
            pause(answer.after());
            for (String line : answer.lines()) {
                if (line.equals(CLOSE)) {
                    isOver = true;
                    return "";
                }
                write(line);
            }
            String first = answer.lines().get(0);
            isOver |= first.startsWith("421");
            return first;
        }

        private void pause(Duration pause) {
            try {
                isOver |= isClosed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(String line) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        private void closeQuietly() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static BufferedReader reader(Socket socket) throws IOException {
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public String toString() {
        return heard.stream().collect(Collectors.joining("\n", "heard:\n", ""));
    }
}
