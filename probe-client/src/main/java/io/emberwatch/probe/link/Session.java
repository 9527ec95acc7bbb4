package io.emberwatch.probe.link;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.link.connect.Advice;
import io.emberwatch.probe.link.connect.Connection;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One connection from HELLO to its end. Runs in the link thread. */
final class Session {
    private final Connection connection;
    private final Context context;
    private final Inbox inbox;

    private long welcomedNanos;
    private Outgoing outgoing;
    private final ProcessReports processes;
    private long lastPingNanos = System.nanoTime();
    private long pings;

    Session(Connection connection, Inbox inbox, Context context) {
        this.connection = connection;
        this.context = context;
        this.inbox = inbox;
        this.processes = new ProcessReports(context.gpus());
    }

    Inbox inbox() {
        return inbox;
    }

    /** Runs the session to its end and closes the connection. */
    SessionEnd run(Handshake handshake, Consumer<Welcome> onWelcome) throws InterruptedException {
        Thread reader = new Thread(
                new SessionReader(connection, inbox, context.settings().timing().deadAfter()), "link-reader");
        reader.setDaemon(true);
        reader.start();
        try {
            send(handshake.hello());
            Optional<SessionEnd> early = awaitWelcome(handshake, onWelcome);
            return early.isPresent() ? early.get() : stream();
        } catch (IOException e) {
            return lost(inbox.end().orElse("connection lost: " + e.getMessage()));
        } catch (ProtocolException e) {
            return lost(e.getMessage());
        } catch (RuntimeException e) {
            return new SessionEnd.Broken(e, lasted());
        } finally {
            close();
            reader.interrupt();
        }
    }

    private Optional<SessionEnd> awaitWelcome(Handshake handshake, Consumer<Welcome> onWelcome)
            throws IOException, ProtocolException, InterruptedException {
        Optional<Message> answer =
                inbox.awaitMessage(context.settings().timing().handshake().toNanos());
        if (answer.isPresent() && handshake.expects(answer.get()) && answer.get() instanceof Challenge challenge) {
            send(handshake.answer(challenge));
            answer = inbox.awaitMessage(context.settings().timing().handshake().toNanos());
        }
        if (answer.isEmpty()) {
            return Optional.of(lost(inbox.end().orElse("no answer to HELLO")));
        }
        Message last = answer.get();
        if (handshake.expects(last) && last instanceof Welcome welcome) {
            if (!handshake.accepts(welcome)) {
                return Optional.of(new SessionEnd.Untrusted(
                        Advice.onUnknownKey(handshake.hello().machineName()), lasted()));
            }
            if (Outgoing.isFromTheFuture(welcome.acknowledged(), context.spool())) {
                return Optional.of(new SessionEnd.GoneBack(
                        welcome.acknowledged().last(), context.spool().lastSequence(), lasted()));
            }
            begin(welcome);
            onWelcome.accept(welcome);
            return Optional.empty();
        }
        return Optional.of(handle(last).orElseGet(() -> lost("unexpected answer to HELLO: " + typeOf(last))));
    }

    private void begin(Welcome welcome) {
        welcomedNanos = System.nanoTime();
        outgoing = new Outgoing(
                context.spool(), context.gpus(), welcome, context.settings().catchUp());
        context.monitor().acknowledged(welcome.acknowledged());
    }

    private SessionEnd stream() throws IOException, ProtocolException, InterruptedException {
        while (true) {
            for (Optional<Message> message = inbox.poll(); message.isPresent(); message = inbox.poll()) {
                Optional<SessionEnd> end = handle(message.get());
                if (end.isPresent()) {
                    return end.get();
                }
            }
            if (inbox.end().isPresent()) {
                return lost(inbox.end().get());
            }
            if (context.stop().isRequested()
                    && (outgoing.liveIsDone() || context.stop().nanosLeft() <= 0)) {
                return sayGoodbye();
            }
            if (context.pulse().hangs()) {
                return new SessionEnd.SamplingHangs(lasted());
            }
            if (!sendNext()) {
                pingIfQuiet();
                inbox.await(longestWaitNanos());
            }
        }
    }

    private Optional<SessionEnd> handle(Message message) throws IOException, ProtocolException {
        if (message instanceof Ack ack && outgoing != null) {
            outgoing.acknowledged(ack.acknowledged());
            context.monitor().acknowledged(ack.acknowledged());
            context.log().acknowledged(outgoing);
            return Optional.empty();
        }
        if (message instanceof Fetch fetch && outgoing != null) {
            outgoing.fetched(fetch);
            return Optional.empty();
        }
        if (message instanceof Ping ping && outgoing != null) {
            send(new Pong(ping.nonce()));
            return Optional.empty();
        }
        if (message instanceof Pong && outgoing != null) {
            return Optional.empty();
        }
        if (message instanceof Refused refused) {
            return Optional.of(new SessionEnd.Rejected(refused, lasted()));
        }
        if (message instanceof Bye bye) {
            return Optional.of(new SessionEnd.CollectorLeft(bye, lasted()));
        }
        return Optional.of(lost("the collector sent " + typeOf(message) + " where it has no place"));
    }

    /** Sends what is most urgent; false if there is nothing to send. */
    private boolean sendNext() throws IOException {
        Instant now = context.clock().instant();
        List<Message> messages = outgoing.next(context.inventory().get(), now);
        context.monitor().lacks(outgoing.stored());
        context.log().sent(outgoing, context.spool());
        for (Message message : messages) {
            send(message);
        }
        return !messages.isEmpty() || sendProcesses(now);
    }

    private boolean sendProcesses(Instant now) throws IOException {
        Optional<GpuProcesses> report = processes.next(context.processes().get(), now, System.nanoTime());
        if (report.isPresent()) {
            send(report.get());
        }
        return report.isPresent();
    }

    private void pingIfQuiet() throws IOException {
        long now = System.nanoTime();
        long quietNanos = Math.min(now - inbox.lastHeardNanos(), now - lastPingNanos);
        if (quietNanos >= context.settings().timing().pingAfter().toNanos()) {
            lastPingNanos = now;
            send(new Ping(++pings));
        }
    }

    private long longestWaitNanos() {
        long untilPing = context.settings().timing().pingAfter().toNanos();
        long untilHang = Math.max(1, context.pulse().nanosLeft());
        return context.stop().isRequested()
                ? Math.max(1, Math.min(untilPing, context.stop().nanosLeft()))
                : Math.min(untilPing / 2, untilHang);
    }

    private SessionEnd sayGoodbye() throws IOException, InterruptedException {
        send(new Bye(Bye.Reason.STOPPED, "the probe was stopped"));
        connection.socket().shutdownOutput();
        // Closing while the collector's bytes lie unread would reset the connection, and BYE might be lost with it.
        inbox.awaitEnd(context.settings().timing().farewell().toNanos());
        return new SessionEnd.Stopped(lasted());
    }

    private void send(Message message) throws IOException {
        connection.send(message);
    }

    private SessionEnd lost(String reason) {
        return new SessionEnd.Lost(reason, lasted());
    }

    private Duration lasted() {
        return outgoing == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - welcomedNanos);
    }

    /** Ends a session that does not end by itself, from any thread; frees a blocked write. */
    void close() {
        try {
            connection.close();
        } catch (IOException e) {
            // It is of no use any more, however it closes.
            inbox.end(e.getMessage());
        }
    }

    private static String typeOf(Message message) {
        return message.getClass().getSimpleName();
    }

    /** What sessions share and none of them owns. */
    record Context(
            Spool spool,
            Supplier<Inventory> inventory,
            Supplier<List<GpuProcess>> processes,
            GpuIndex gpus,
            SamplingPulse pulse,
            LinkSettings settings,
            StopSignal stop,
            LinkMonitor monitor,
            LinkLog log,
            Clock clock) {}

    /** Set once, when the probe is to stop, with a time until which readings may still be sent. Thread-safe. */
    static final class StopSignal {
        private final CountDownLatch requested = new CountDownLatch(1);
        private volatile long deadlineNanos;

        void request(Duration grace) {
            if (!isRequested()) {
                deadlineNanos = System.nanoTime() + grace.toNanos();
                requested.countDown();
            }
        }

        boolean isRequested() {
            return requested.getCount() == 0;
        }

        /** Time left, 0 or less if it is over. */
        long nanosLeft() {
            return deadlineNanos - System.nanoTime();
        }

        /** Waits, but not longer than until the probe is to stop; whether it is. */
        boolean await(Duration longest) throws InterruptedException {
            return requested.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
