package io.emberwatch.probe.link;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Texts;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link thread: connects, runs a session, waits, and again, until it is stopped. While sampling hangs it stays away from
 * the collector, which misses only machines that it does not hear of.
 */
public final class Link implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Link.class);

    /** How often to look whether samples come again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final LinkIdentity identity;
    private final Connector connector;
    private final Spool spool;
    private final SamplingPulse pulse;
    private final Supplier<Inventory> inventory;
    private final Consumer<Welcome> onWelcome;
    private final LinkTiming timing;
    private final Clock clock;
    private final ReconnectPolicy policy;
    private final GpuIndex gpus = new GpuIndex();
    private final StopSignal stop = new StopSignal();
    private volatile Session current;
    private String lastProblem = "";
    private String lastError = "";

    /**
     * @param inventory what the machine consists of now; asked often, must be cheap and never block
     * @param onWelcome told of each WELCOME, in the link thread
     * @param random for waits; need not be secure
     */
    public Link(
            LinkIdentity identity,
            Connector connector,
            Spool spool,
            SamplingPulse pulse,
            Supplier<Inventory> inventory,
            Consumer<Welcome> onWelcome,
            LinkTiming timing,
            Clock clock,
            RandomGenerator random) {
        this.identity = identity;
        this.connector = connector;
        this.spool = spool;
        this.pulse = pulse;
        this.inventory = inventory;
        this.onWelcome = onWelcome;
        this.timing = timing;
        this.clock = clock;
        this.policy = new ReconnectPolicy(random);
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
                    tell(end, wait);
                }
            } while (!stop.await(wait));
            log.info("stopped; {} readings were not acknowledged", spool.depth());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** There may be something new to send; from any thread, never blocks. */
    public void nudge() {
        Session session = current;
        if (session != null) {
            session.nudge();
        }
    }

    /**
     * Ends {@link #run()}: a session that is up may use {@code grace} to send what is left and wait for its acknowledgement.
     * From any thread; does not wait.
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

    private void awaitSamples() throws InterruptedException {
        if (!pulse.hangs() || stop.isRequested()) {
            return;
        }
        tellThatSamplingHangs();
        boolean stopped = false;
        while (pulse.hangs() && !stopped) {
            stopped = stop.await(LOOK_AGAIN);
        }
        if (!stopped) {
            log.info("samples come again");
        }
    }

    private SessionEnd connectAndStream() throws InterruptedException {
        try {
            Connection connection = connector.connect();
            Session session = new Session(connection, spool, inventory, gpus, timing, stop, pulse, clock);
            current = session;
            // Looked at after the session can be found, so that a stop either finds it or is found here.
            if (stop.isRequested()) {
                session.close();
                return new SessionEnd.Stopped(Duration.ZERO);
            }
            return session.run(new Handshake(hello(), identity.key(), connection.channelBinding()), this::welcomed);
        } catch (UntrustedException e) {
            return new SessionEnd.Untrusted(e.getMessage(), Duration.ZERO);
        } catch (IOException e) {
            return new SessionEnd.Lost("cannot connect: " + e.getMessage(), Duration.ZERO);
        } catch (RuntimeException e) {
            return new SessionEnd.Broken(e, Duration.ZERO);
        } finally {
            current = null;
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

    private void welcomed(Welcome welcome) {
        lastProblem = "";
        log.info("connected to {} as {}; {} readings wait", connector, identity.machineName(), spool.depth());
        Duration skew = Duration.between(welcome.serverClock(), clock.instant());
        if (skew.abs().compareTo(Duration.ofSeconds(30)) > 0) {
            log.warn("this machine's clock differs from the collector's by {} s", skew.toSeconds());
        }
        onWelcome.accept(welcome);
    }

    /** One line when something goes wrong, and no more while it stays the same. */
    private void tell(SessionEnd end, Duration wait) {
        if (end instanceof SessionEnd.SamplingHangs) {
            tellThatSamplingHangs();
            return;
        }
        if (end instanceof SessionEnd.Broken broken) {
            tellError(broken.error());
        }
        String problem = describe(end);
        if (problem.equals(lastProblem)) {
            log.debug("{}; next try in {} ms", problem, wait.toMillis());
        } else {
            log.warn("{}; next try in {} s", problem, (wait.toMillis() + 999) / 1000);
            lastProblem = problem;
        }
    }

    private void tellThatSamplingHangs() {
        String problem =
                "sampling hangs since " + pulse.lastSampleAt() + "; staying disconnected so that the collector notices";
        if (!problem.equals(lastProblem)) {
            log.error(problem);
            lastProblem = problem;
        }
    }

    /** With its stack trace, once; unlike other problems it may come back in each session. */
    private void tellError(RuntimeException error) {
        if (!error.toString().equals(lastError)) {
            log.error("a session stopped at an error of Emberwatch itself; readings are kept", error);
            lastError = error.toString();
        }
    }

    private String describe(SessionEnd end) {
        if (end instanceof SessionEnd.Rejected rejected) {
            return connector + " refused " + identity.machineName() + ": "
                    + rejected.refusal().code() + ", "
                    + Texts.printable(rejected.refusal().text()) + ": "
                    + Advice.on(rejected.refusal().code(), identity.machineName());
        }
        if (end instanceof SessionEnd.Untrusted untrusted) {
            return connector + " is not trusted: " + untrusted.reason();
        }
        if (end instanceof SessionEnd.CollectorLeft left) {
            return connector + " says goodbye: " + Texts.printable(left.bye().text());
        }
        if (end instanceof SessionEnd.Broken broken) {
            return connector + ": " + broken.error();
        }
        return connector + ": " + (end instanceof SessionEnd.Lost lost ? lost.reason() : "stopped");
    }
}
