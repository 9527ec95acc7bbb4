package io.emberwatch.probe.link;

import io.emberwatch.probe.gpu.GpuSample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpooledReading;
import io.emberwatch.protocol.Ack;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Challenge;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Ping;
import io.emberwatch.protocol.Pong;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Refused;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One connection from HELLO to its end. Runs in the link thread. */
final class Session {
    private final Connection connection;
    private final Spool spool;
    private final Supplier<Inventory> inventory;
    private final GpuIndex gpus;
    private final LinkTiming timing;
    private final StopSignal stop;
    private final SamplingPulse pulse;
    private final Clock clock;
    private final Inbox inbox = new Inbox(System.nanoTime());

    private long welcomedNanos;
    private int maxFrameBytes;
    private InFlight inFlight;
    private long lastPingNanos = System.nanoTime();
    private long pings;

    Session(
            Connection connection,
            Spool spool,
            Supplier<Inventory> inventory,
            GpuIndex gpus,
            LinkTiming timing,
            StopSignal stop,
            SamplingPulse pulse,
            Clock clock) {
        this.connection = connection;
        this.spool = spool;
        this.inventory = inventory;
        this.gpus = gpus;
        this.timing = timing;
        this.stop = stop;
        this.pulse = pulse;
        this.clock = clock;
    }

    /** Lets a waiting session look again for something to do; from any thread. */
    void nudge() {
        inbox.nudge();
    }

    /** Runs the session to its end and closes the connection. */
    SessionEnd run(Handshake handshake, Consumer<Welcome> onWelcome) throws InterruptedException {
        Thread reader = new Thread(new SessionReader(connection, inbox, timing.deadAfter()), "link-reader");
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
        Optional<Message> answer = inbox.awaitMessage(timing.handshake().toNanos());
        if (answer.isPresent() && handshake.expects(answer.get()) && answer.get() instanceof Challenge challenge) {
            send(handshake.answer(challenge));
            answer = inbox.awaitMessage(timing.handshake().toNanos());
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
            welcomedNanos = System.nanoTime();
            maxFrameBytes = welcome.maxFrameBytes();
            inFlight = new InFlight(spool, welcome.maxBatchesInFlight(), welcome.durable());
            onWelcome.accept(welcome);
            return Optional.empty();
        }
        return Optional.of(handle(last).orElseGet(() -> lost("unexpected answer to HELLO: " + typeOf(last))));
    }

    private SessionEnd stream() throws IOException, ProtocolException, InterruptedException {
        gpus.forgetSession();
        announce(inventory.get(), List.of());
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
            if (stop.isRequested() && (spool.depth() == 0 || stop.nanosLeft() <= 0)) {
                return sayGoodbye();
            }
            if (pulse.hangs()) {
                return new SessionEnd.SamplingHangs(lasted());
            }
            if (!sendNext()) {
                pingIfQuiet();
                inbox.await(longestWaitNanos());
            }
        }
    }

    private Optional<SessionEnd> handle(Message message) throws IOException, ProtocolException {
        if (message instanceof Ack ack && inFlight != null) {
            inFlight.acknowledged(ack.durable());
            return Optional.empty();
        }
        if (message instanceof Ping ping && inFlight != null) {
            send(new Pong(ping.nonce()));
            return Optional.empty();
        }
        if (message instanceof Pong && inFlight != null) {
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

    /** Sends what is most urgent, one message; false if there is nothing to send. */
    private boolean sendNext() throws IOException {
        Inventory now = inventory.get();
        if (gpus.isNews(now)) {
            announce(now, List.of());
            return true;
        }
        List<SpooledReading> readings = inFlight.sendable(WireLimits.MAX_READINGS_PER_FRAME);
        if (readings.isEmpty()) {
            return false;
        }
        List<String> cards = readings.stream()
                .flatMap(reading -> reading.sample().gpus().stream())
                .map(GpuSample::uuid)
                .distinct()
                .toList();
        if (!gpus.unknown(cards).isEmpty()) {
            announce(now, cards);
        }
        Readings batch = Batcher.fill(readings, gpus, maxFrameBytes).sent(clock.instant());
        inFlight.sent(batch);
        send(batch);
        return true;
    }

    private void announce(Inventory now, List<String> alsoNeeded) throws IOException {
        send(gpus.announce(now, alsoNeeded));
    }

    private void pingIfQuiet() throws IOException {
        long now = System.nanoTime();
        long quietNanos = Math.min(now - inbox.lastHeardNanos(), now - lastPingNanos);
        if (quietNanos >= timing.pingAfter().toNanos()) {
            lastPingNanos = now;
            send(new Ping(++pings));
        }
    }

    private long longestWaitNanos() {
        long untilPing = timing.pingAfter().toNanos();
        long untilHang = Math.max(1, pulse.nanosLeft());
        return stop.isRequested()
                ? Math.max(1, Math.min(untilPing, stop.nanosLeft()))
                : Math.min(untilPing / 2, untilHang);
    }

    private SessionEnd sayGoodbye() throws IOException, InterruptedException {
        send(new Bye(Bye.Reason.STOPPED, "the probe was stopped"));
        connection.socket().shutdownOutput();
        // Closing while the collector's bytes lie unread would reset the connection, and BYE might be lost with it.
        inbox.awaitEnd(timing.farewell().toNanos());
        return new SessionEnd.Stopped(lasted());
    }

    private void send(Message message) throws IOException {
        connection.send(message);
    }

    private SessionEnd lost(String reason) {
        return new SessionEnd.Lost(reason, lasted());
    }

    private Duration lasted() {
        return inFlight == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - welcomedNanos);
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
}
