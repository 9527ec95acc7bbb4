package io.emberwatch.probe.link;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.link.connect.Connection;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Bytes32;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The link thread: connects, runs a session, waits, and again, until it is stopped. While sampling hangs it stays away
 * from the collector, which misses only machines that it does not hear of.
 */
public final class Link implements Runnable {
    /** How often to look whether samples come again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final LinkSettings.Identity identity;
    private final Connector connector;
    private final Spool spool;
    private final SamplingPulse pulse;
    private final Consumer<Welcome> onWelcome;
    private final Clock clock;
    private final ReconnectPolicy policy;
    private final Session.StopSignal stop = new Session.StopSignal();
    private final LinkMonitor monitor;
    private final LinkLog log;
    private final Session.Context context;
    private volatile Session current;

    /**
     * @param inventory what this machine consists of now; asked often, from the link thread, so it must be cheap and
     *     never block
     * @param processes what runs on its GPUs now, none if that is not to be reported; asked as often
     * @param onWelcome called for each WELCOME, in the link thread
     * @param random for waits; need not be secure
     */
    public Link(
            LinkSettings settings,
            Connector connector,
            Spool spool,
            SamplingPulse pulse,
            Supplier<Inventory> inventory,
            Supplier<List<GpuProcess>> processes,
            Consumer<Welcome> onWelcome,
            Clock clock,
            RandomGenerator random) {
        this.identity = settings.identity();
        this.connector = connector;
        this.spool = spool;
        this.pulse = pulse;
        this.onWelcome = onWelcome;
        this.clock = clock;
        this.policy = new ReconnectPolicy(random);
        this.monitor = new LinkMonitor(clock, System::nanoTime);
        this.log = new LinkLog(connector, identity.machineName(), monitor, System::nanoTime);
        this.context = new Session.Context(
                spool, inventory, processes, new GpuIndex(), pulse, settings, stop, monitor, log, clock);
    }

    @Override
    public void run() {
        try {
            Duration wait;
            do {
                awaitSamples();
                SessionEnd end = connectAndStream();
                wait = policy.waitAfter(end);
                if (!stop.isRequested()) {
                    ended(end, wait);
                }
            } while (!stop.await(wait));
            monitor.stopped();
            log.stopped(spool.depth());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** There may be something new to send; from any thread, never blocks. */
    public void nudge() {
        Session session = current;
        if (session != null) {
            session.inbox().nudge();
        }
    }

    /**
     * Ends {@link #run()}: a session that is up may use {@code grace} to send what is left and wait for its
     * acknowledgement. From any thread; does not wait.
     */
    public void stop(Duration grace) {
        stop.request(grace);
        nudge();
    }

    /** Ends a session that did not end within its grace. From any thread. */
    public void abort() {
        Session session = current;
        if (session != null) {
            session.close();
        }
    }

    /** How it does now; from any thread, never blocks for long. */
    public LinkStatus status() {
        return monitor.status();
    }

    private void awaitSamples() throws InterruptedException {
        if (!pulse.hangs() || stop.isRequested()) {
            return;
        }
        monitor.stayingAway();
        log.samplingHangs(pulse.lastSampleAt());
        boolean stopped = false;
        while (pulse.hangs() && !stopped) {
            stopped = stop.await(LOOK_AGAIN);
        }
        if (!stopped) {
            log.samplesComeAgain();
        }
    }

    private SessionEnd connectAndStream() throws InterruptedException {
        monitor.connecting();
        try {
            Connection connection = connector.connect();
            Session session = new Session(connection, new Inbox(System.nanoTime()), context);
            current = session;
            // Looked at after the session can be found, so that a stop either finds it or is found here.
            if (stop.isRequested()) {
                session.close();
                return new SessionEnd.Stopped(Duration.ZERO);
            }
            return session.run(
                    new Handshake(hello(), identity.key(), connection.channelBinding()),
                    welcome -> welcomed(welcome, connection));
        } catch (Connector.UntrustedException e) {
            return new SessionEnd.Untrusted(e.getMessage(), Duration.ZERO);
        } catch (IOException e) {
            return new SessionEnd.Lost("cannot connect: " + e.getMessage(), Duration.ZERO);
        } catch (RuntimeException e) {
            return new SessionEnd.Broken(e, Duration.ZERO);
        } finally {
            current = null;
        }
    }

    private void ended(SessionEnd end, Duration wait) {
        if (end instanceof SessionEnd.SamplingHangs) {
            monitor.stayingAway();
            log.samplingHangs(pulse.lastSampleAt());
            return;
        }
        monitor.waiting(wait);
        if (end instanceof SessionEnd.GoneBack back && wait.isZero()) {
            spool.beginAnew();
            log.numberedAnew(back, spool.depth());
        } else {
            log.ended(end, wait);
        }
    }

    private Hello hello() {
        return new Hello(
                List.of(Message.VERSION),
                identity.probeVersion(),
                identity.machineName(),
                Bytes32.random(RANDOM),
                clock.instant(),
                spool.bootId(),
                identity.instanceId());
    }

    private void welcomed(Welcome welcome, Connection connection) {
        connector.welcomed();
        monitor.connected(connection.address());
        log.connected(welcome, connection.address(), spool.depth(), clock);
        onWelcome.accept(welcome);
    }
}
